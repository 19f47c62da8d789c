// Follows a part of a page while it changes: by server-sent events, else by asking for it.
"use strict";

const ASK_EVERY = 2000; // milliseconds between two questions
const PATIENCE = 5000; // milliseconds without an event after which we ask instead

for (const part of document.querySelectorAll("[data-events]")) follow(part.id);

function follow(id) {
  const part = () => document.getElementById(id);
  const address = (name) => part()?.dataset[name];
  let source = null;
  let late = 0;

  // What stays as it was is kept, so that pictures are not loaded anew; and so is the focus.
  function show(html) {
    const old = part();
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(id);
    if (!old || !fresh) return reload();
    for (const row of fresh.querySelectorAll("[data-key]")) {
      const same = old.querySelector(`[data-key="${CSS.escape(row.dataset.key)}"]`);
      if (same?.outerHTML === row.outerHTML && !same.contains(document.activeElement)) row.replaceWith(same);
    }
    const at = old.contains(document.activeElement) ? document.activeElement : null;
    const form = at?.closest("form")?.getAttribute("action");
    const link = at?.getAttribute("href");
    old.replaceWith(fresh);
    if (form) fresh.querySelector(`form[action="${CSS.escape(form)}"] button`)?.focus();
    else if (link) fresh.querySelector(`a[href="${CSS.escape(link)}"]`)?.focus();
    if (!fresh.dataset.events) stop();
    document.dispatchEvent(new CustomEvent("aver:part"));
  }

  function stop() {
    source?.close();
    source = null;
    clearTimeout(late);
    late = 0;
  }

  function reload() { // it was deleted, or is not what we know
    stop();
    location.reload();
  }

  async function ask() {
    stop();
    if (!address("part")) return;
    let again = ASK_EVERY;
    try {
      const answer = await fetch(address("part"), { headers: { "X-Aver-Part": "1" } });
      if (answer.status >= 400 && answer.status < 500) return reload();
      if (answer.ok) show(await answer.text());
      else again *= 3;
    } catch {
      again *= 3; // the server is gone: perhaps it comes back
    }
    if (address("part")) late = setTimeout(ask, again);
  }

  source = new EventSource(address("events"));
  late = setTimeout(ask, PATIENCE);
  source.addEventListener("part", (event) => {
    clearTimeout(late);
    late = 0;
    show(event.data);
  });
  source.addEventListener("end", stop);
  source.addEventListener("gone", reload);
  source.addEventListener("error", () => {
    if (source?.readyState === EventSource.CLOSED) ask(); // there was no place for us
    else if (!late) late = setTimeout(ask, PATIENCE);
  });
}
