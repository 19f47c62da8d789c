// A person's own work on a result: markers, exclusions and names by key, where the player stands.
"use strict";

(() => {
  const section = () => document.querySelector("[data-work]");
  if (!section()) return;
  const PLACE = "aver-place";
  let begun = null; // seconds at which an exclusion was begun

  const player = () => document.querySelector("[data-player]");
  const page = document.querySelector("[data-result]");
  const now = () => player()?.currentTime ?? Number(page?.dataset.at ?? 0);

  // As `written` in source/core/when.py, but to the hundredth: frames are closer than tenths.
  function written(seconds) {
    const all = Math.round(seconds * 100);
    const whole = Math.floor(all / 100);
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    const rest = String(whole % 60).padStart(2, "0");
    const part = all % 100 ? `.${String(all % 100).padStart(2, "0").replace(/0$/, "")}` : "";
    return `${hours ? `${hours}:${String(minutes).padStart(2, "0")}` : minutes}:${rest}${part}`;
  }

  function say(text) {
    const place = section().querySelector("[data-work-said]");
    if (place) place.textContent = text;
  }

  function trouble(text) {
    const place = section().querySelector("[data-work-trouble]");
    place.textContent = text;
    place.hidden = !text;
  }

  const part = (name) => section().querySelector(`[data-part="${name}"]`);
  const formOf = (kind) => section().querySelector(`input[name="kind"][value="${kind}"]`)?.form;

  // A change of the whole page: it is loaded anew, and the player goes back to where it stood.
  function leave(form) {
    sessionStorage.setItem(PLACE, `${location.pathname} ${now()}`);
    form.requestSubmit();
  }

  // A change of markers leaves the rest of the page as it is: only this section comes anew.
  async function send(form, done) {
    section().setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Aver-Part": "1", Accept: "text/html, application/json;q=0.5" },
      });
      if (!answer.ok) {
        const problem = await answer.json().catch(() => null);
        trouble(problem?.error ?? "The change could not be saved. Reload the page and try again.");
        return;
      }
      const open = [...section().querySelectorAll("details[data-part][open]")].map((d) => d.dataset.part);
      const holder = document.createElement("template");
      holder.innerHTML = await answer.text();
      section().replaceWith(holder.content.querySelector("[data-work]"));
      for (const name of open) part(name)?.setAttribute("open", "");
      done();
      document.dispatchEvent(new CustomEvent("aver:work", { detail: marks() }));
    } catch {
      trouble("The server cannot be reached. Try again.");
    } finally {
      section().removeAttribute("aria-busy");
    }
  }

  // Where markers and excluded stretches are, in seconds, for who draws them.
  function marks() {
    const words = (text) => text.trim().split(/\s+/).filter(Boolean);
    return {
      markers: words(section().dataset.markers).map(Number),
      excluded: words(section().dataset.excluded).map((span) => span.split("-").map(Number)),
    };
  }

  function mark() {
    const form = formOf("mark");
    if (!form) return;
    const at = now();
    form.elements.at.value = written(at);
    send(form, () => {
      part("markers").open = true;
      say(`Marker at ${written(at)}.`);
    });
  }

  function exclude() {
    const form = formOf("exclude");
    if (!form) return;
    if (begun === null) {
      begun = now();
      part("excluded").open = true;
      form.elements.start.value = written(begun);
      say(`Excluding from ${written(begun)}. Press x again where it ends, or Escape.`);
      return;
    }
    const [from, to] = [Math.min(begun, now()), Math.max(begun, now())];
    begun = null;
    form.elements.start.value = written(from);
    form.elements.end.value = written(to);
    leave(form);
  }

  function rename() {
    const person = document.activeElement?.closest("[data-person]")?.dataset.person;
    const names = [...section().querySelectorAll("input[data-person]")];
    const field = names.find((input) => input.dataset.person === person) ?? names[0];
    if (!field) return;
    field.closest("details").open = true;
    field.focus();
    field.select();
  }

  const keys = {
    m: mark,
    x: exclude,
    r: rename,
    u: () => {
      const form = section().querySelector("[data-undo]");
      if (form) leave(form);
      else say("There is nothing to undo.");
    },
    "?": () => {
      const list = part("keys");
      if (!list) return;
      list.open = true;
      list.querySelector("summary").focus();
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
    if (event.target.closest("input, select, textarea, [contenteditable], dialog")) return;
    if (event.key === "Escape" && begun !== null) {
      begun = null;
      say("Nothing is excluded.");
      return;
    }
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-work] [data-seek]");
    if (link && player()) {
      event.preventDefault(); // lists that came anew are not known to the player's own script
      player().currentTime = Number(link.dataset.seek);
    }
    const button = event.target.closest("[data-now]");
    if (button) document.getElementById(button.dataset.now).value = written(now());
  });

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-work] form");
    if (!form) return;
    const marker = form.elements.kind?.value === "mark" || form.closest('[data-part="markers"]');
    if (marker) {
      event.preventDefault();
      send(form, () => {
        part("markers").open = true;
        part("markers").querySelector("summary").focus();
        say("Saved.");
      });
    } else {
      sessionStorage.setItem(PLACE, `${location.pathname} ${now()}`);
    }
  });

  const kept = sessionStorage.getItem(PLACE)?.split(" ");
  sessionStorage.removeItem(PLACE);
  if (kept?.[0] === location.pathname && player()) player().currentTime = Number(kept[1]);
})();
