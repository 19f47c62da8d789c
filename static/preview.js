// A recording this browser cannot play: ask for a copy, wait for it, show it.
"use strict";

for (const box of document.querySelectorAll("[data-copy]")) copying(box);

function copying(box) {
  const PAUSE = 1500; // milliseconds between two looks
  const form = box.querySelector("form");
  const says = box.querySelector("[role=status]");
  const player = box.parentElement.querySelector("[data-player]");

  const failed = () => {
    says.textContent = "A preview could not be made right now; the result is not affected.";
  };

  async function look(options) {
    const answer = await fetch(box.dataset.copy, { headers: { Accept: "application/json" }, ...options });
    if (!answer.ok) return failed();
    const found = await answer.json();
    if (found.state === "ready" || found.state === "failed") return location.reload();
    says.textContent = "Preparing a preview…";
    setTimeout(() => look().catch(failed), PAUSE);
  }

  function ask() {
    box.hidden = false;
    form?.setAttribute("hidden", "");
    document.querySelector(".stage .unplayable")?.remove();
    look({ method: "POST", body: new FormData(form) }).catch(failed);
  }

  if (box.dataset.state === "asked") look().catch(failed);
  else if (!box.hidden) {
    if (form && box.dataset.state === "") ask();
  } else if (player && form) {
    player.addEventListener("error", () => setTimeout(ask, 0), { once: true });
    // A codec it does not know can leave a film without pictures, and no error.
    player.addEventListener("loadedmetadata", () => {
      if (player.tagName === "VIDEO" && player.videoWidth === 0) ask();
    });
  }
}
