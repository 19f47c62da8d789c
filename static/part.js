// Parts of a result that are fetched when somebody asks for them; their links work without.
"use strict";

(() => {
  const SVG = "http://www.w3.org/2000/svg";

  async function show(address, here) {
    const answer = await fetch(address, { headers: { "X-Aver-Part": "1" } });
    if (!answer.ok) throw new Error(answer.statusText);
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = made.querySelector("[data-part-here]");
    here.replaceWith(part);
    listen(part);
    return part;
  }

  function listen(part) {
    for (const link of part.querySelectorAll("[data-part-link]")) {
      link.addEventListener("click", async (event) => {
        event.preventDefault();
        link.setAttribute("aria-busy", "true");
        try {
          const shown = await show(link.href, link.closest("[data-part-here]"));
          shown.tabIndex = -1;
          shown.focus({ preventScroll: true });
        } catch {
          location.assign(link.href);
        }
      });
    }
    for (const form of part.querySelectorAll("[data-part-form]")) {
      const send = async (name) => {
        const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
        try {
          const shown = await show(address, form.closest("[data-part-here]"));
          shown.querySelector(`[data-part-form] [name="${name}"]`)?.focus();
        } catch {
          location.assign(address); // the page says what is wrong with it
        }
      };
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        send(event.submitter?.name || "environment");
      });
      for (const select of form.querySelectorAll("select")) {
        select.addEventListener("change", () => send(select.name));
      }
    }
    for (const chart of part.querySelectorAll("[data-time-chart] svg[data-from]")) follow(chart);
  }

  // A line at the play-head; a click goes to that moment.
  function follow(chart) {
    const player = document.querySelector("[data-player]");
    if (!player) return;
    const box = chart.viewBox.baseVal;
    const from = Number(chart.dataset.from) * box.width;
    const to = Number(chart.dataset.to) * box.width;
    const line = document.createElementNS(SVG, "line");
    line.setAttribute("class", "play-line");
    line.setAttribute("y1", chart.dataset.top);
    line.setAttribute("y2", String(box.height - 28));
    line.setAttribute("visibility", "hidden");
    chart.append(line);
    const move = () => {
      if (!(player.duration > 0) || !Number.isFinite(player.duration)) return;
      const x = from + (to - from) * Math.min(1, player.currentTime / player.duration);
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      line.setAttribute("visibility", "visible");
    };
    player.addEventListener("timeupdate", move);
    player.addEventListener("seeked", move);
    move();
    chart.addEventListener("click", (event) => {
      if (!Number.isFinite(player.duration)) return;
      const place = chart.getBoundingClientRect();
      const x = ((event.clientX - place.left) / place.width) * box.width;
      const share = (x - from) / (to - from);
      if (share >= 0 && share <= 1) player.currentTime = share * player.duration;
    });
  }

  for (const part of document.querySelectorAll("[data-part-here]")) listen(part);
})();
