"""The page that tries the API: Swagger UI under our content policy, without any other server."""

import pytest

pytest.importorskip("flask_openapi_swagger", reason="flask-openapi-swagger is not installed.")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_api_can_be_tried_on_its_page(window, site, theme):
    here = window(site, theme=theme)
    page = here.page
    page.goto("/docs")
    page.get_by_role("link", name="Try it here").click()
    page.locator("#operations-Jobs-cancel_job button.opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_placeholder("job_id").fill("none")
    page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table").get_by_text("There is no job").first.wait_for()
    assert page.locator("html.dark-mode").count() == (theme == "dark")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        here.shoot("docs-try", theme)


def test_every_part_of_the_reference_opens_without_barriers(window, site):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    here = window(site)
    here.page.goto("/docs")
    here.page.evaluate("document.querySelectorAll('main details').forEach(d => d.open = true)")
    here.page.evaluate(axe.axe_script)
    found = here.page.evaluate(
        """axe.run({resultTypes: ["violations"]}).then(found => found.violations
        .filter(one => ["serious", "critical"].includes(one.impact))
        .flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`)))"""
    )
    assert found == []
