// The result page: lanes that are read, played, sought and zoomed by mouse, finger and keyboard.
"use strict";

(() => {
  const page = document.querySelector("[data-result]");
  const section = document.querySelector("[data-lanes]");
  const view = section?.querySelector("[data-lanes-view]");
  const box = document.querySelector("[data-moment]");
  if (!page || !view) return;
  const player = document.querySelector("[data-player]");
  const rows = () => view.querySelector(".lanes-rows");
  const length = Number(rows().dataset.seconds);
  const range = { from: Number(rows().dataset.from), to: Number(rows().dataset.to) };
  let figures = null; // what /moments says, once it is here
  let at = 0;
  let focused = null; // the lane that has the keyboard

  const clock = (seconds) => {
    const whole = Math.floor(seconds + 1e-6);
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    const rest = String(whole % 60).padStart(2, "0");
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  };
  const instant = (seconds) => {
    const tenths = Math.round(seconds * 10);
    return `${clock(Math.floor(tenths / 10))}.${tenths % 10}`;
  };
  // As `percent` in source/views/units.py writes a share.
  const percent = (share) => {
    const whole = Math.round(share * 100);
    if (whole === 0 && share > 0) return "<1 %";
    return whole === 100 && share < 0.999995 ? ">99 %" : `${whole} %`;
  };
  const within = (value, low, high) => Math.min(high, Math.max(low, value));
  const make = (name, properties) => Object.assign(document.createElement(name), properties);

  // --- what a moment reads as ---------------------------------------------------------------

  // Rows begin with start and end, are sorted and do not overlap.
  function find(list, seconds) {
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle][0] <= seconds + 1e-6) low = middle + 1;
      else high = middle;
    }
    const row = list[low - 1];
    return row && seconds < row[1] ? row : null;
  }

  function reading(lane, seconds) {
    if (!figures) return null;
    if (lane !== "together") {
      const row = find(figures.lanes[lane] ?? [], seconds);
      return row && { label: row[2], score: row[3], sure: row[4] };
    }
    const row = find(figures.moments, seconds);
    return row && { label: row[2], score: Math.max(...row[4]), sure: row[3] };
  }

  function words(lane, seconds) {
    const read = reading(lane, seconds);
    if (!read) return figures ? "nothing was measured" : "";
    return read.sure
      ? `reads as ${read.label} ${percent(read.score)}, sure`
      : `closest to ${read.label} ${percent(read.score)}, unsure`;
  }

  function show(seconds) {
    if (!box || !figures) return;
    box.querySelector("[data-moment-time]").textContent = length < 600 ? instant(seconds) : clock(seconds);
    const alone = figures.moments.length === 0; // a pair has no time line of both
    const here = alone ? null : find(figures.moments, seconds);
    const lane = alone ? "voice" : "together";
    const read = reading(lane, seconds);
    const flags = flagsAt(seconds);
    const text = box.querySelector("[data-moment-text]");
    text.textContent = read
      ? `${alone ? (read.sure ? "The voice reads as" : "The voice is closest to") : read.sure ? "Reads as" : "Closest to"} ${read.label}, ${read.sure ? "sure" : "unsure"}${flags}`
      : "Nothing was measured at this moment.";
    box.classList.toggle("moment-unsure", Boolean(read) && !read.sure);
    for (const item of box.querySelectorAll("[data-label]")) {
      const index = figures.labels.indexOf(item.dataset.label);
      const score = alone ? undefined : here?.[4][index];
      item.querySelector(".meter-part").setAttribute("width", ((score ?? 0) * 100).toFixed(1));
      item.lastChild.textContent = score === undefined ? "–" : percent(score);
      item.classList.toggle("leads", score !== undefined && read?.label === item.dataset.label);
    }
    for (const item of box.querySelectorAll("[data-who]")) {
      const own = reading(item.dataset.who, seconds);
      const label = item.querySelector("[data-who-label]");
      label.className = own ? `emotion e-${figures.colours[own.label] ?? ""}` : "muted";
      label.textContent = own ? `${own.label}${own.sure ? "" : ", unsure"}` : "–";
      item.querySelector("[data-who-score]").textContent = own ? percent(own.score) : "";
    }
  }

  function flagsAt(seconds) {
    const told = { disagree: "; voice and face disagree", apart: "; voice and face are far apart", unusual: "; unlike the training data", excluded: "; excluded by hand" };
    return (figures.flags ?? [])
      .filter((flag) => flag[1] <= seconds + 1e-6 && seconds < flag[2])
      .map((flag) => told[flag[0]] ?? "")
      .join("");
  }

  // --- play-head, hover --------------------------------------

  const head = make("div", { className: "lane-head" });
  const hair = make("div", { className: "lane-hair" });
  const bubble = make("div", { className: "lane-bubble" });
  hair.append(bubble);
  for (const line of [head, hair]) line.setAttribute("aria-hidden", "true");

  function place(line, seconds) {
    const track = view.querySelector("[data-track]");
    const share = (seconds - range.from) / (range.to - range.from);
    line.hidden = share < -1e-6 || share > 1 + 1e-6;
    line.style.left = `${track.offsetLeft + within(share, 0, 1) * track.clientWidth}px`;
  }

  function moment(seconds) {
    at = within(seconds, 0, length);
    place(head, at);
    show(at);
    for (const track of view.querySelectorAll("[data-track]")) value(track);
    document.dispatchEvent(new CustomEvent("aver:moment", { detail: { seconds: at } }));
  }

  function seek(seconds) {
    const to = within(seconds, 0, length);
    if (player && player.readyState > 0) player.currentTime = to;
    else if (player) player.addEventListener("loadedmetadata", () => { player.currentTime = to; }, { once: true });
    if (to < range.from || to > range.to) {
      const half = (range.to - range.from) / 2;
      zoom(to - half, to + half);
    }
    moment(to);
  }

  // --- lanes as sliders ---------------------------------------------------------------------

  const step = () => Math.max(0.1, (range.to - range.from) / 100);

  function value(track) {
    const lane = track.closest("[data-lane]").dataset.lane;
    track.setAttribute("aria-valuenow", at.toFixed(1));
    const said = words(lane, at);
    track.setAttribute("aria-valuetext", said ? `${instant(at)}, ${said}` : instant(at));
  }

  function dress() {
    view.append(head, hair);
    hair.hidden = true;
    for (const title of view.querySelectorAll("title")) title.remove(); // the bubble says it
    for (const track of view.querySelectorAll("[data-track]")) {
      const name = track.closest(".lane").querySelector(".lane-name").textContent.trim();
      track.dataset.said ??= track.getAttribute("aria-label");
      track.setAttribute("role", "slider");
      track.setAttribute("tabindex", "0");
      track.setAttribute("aria-label", `Time line, ${name}`);
      track.setAttribute("aria-description", track.dataset.said ?? "");
      track.setAttribute("aria-valuemin", "0");
      track.setAttribute("aria-valuemax", length.toFixed(1));
    }
    corrections();
    if (focused) view.querySelector(`[data-lane="${focused}"] [data-track]`)?.focus();
    moment(at);
    overview();
  }

  // What a person marked or left out, over all lanes.
  function corrections() {
    for (const shape of view.querySelectorAll(".lane-marker, .lane-excluded")) shape.remove();
    const made = document.querySelector("[data-work]")?.dataset;
    if (!made) return;
    const track = view.querySelector("[data-track]");
    const x = (seconds) => track.offsetLeft + ((seconds - range.from) / (range.to - range.from)) * track.clientWidth;
    const add = (className, start, end) => {
      if (end < range.from || start > range.to) return;
      const [left, right] = [x(Math.max(start, range.from)), x(Math.min(end, range.to))];
      const shape = make("div", { className });
      shape.style.left = `${left}px`;
      if (end > start) shape.style.width = `${right - left}px`;
      view.append(shape);
    };
    for (const time of made.markers.trim().split(/\s+/).filter(Boolean).map(Number)) add("lane-marker", time, time);
    for (const part of made.excluded.trim().split(/\s+/).filter(Boolean)) add("lane-excluded", ...part.split("-").map(Number));
  }

  function timeAt(event) {
    const track = view.querySelector("[data-track]");
    const shape = track.getBoundingClientRect();
    const share = within((event.clientX - shape.left) / shape.width, 0, 1);
    return range.from + share * (range.to - range.from);
  }

  view.addEventListener("keydown", (event) => {
    const track = event.target.closest("[data-track]");
    if (!track || event.ctrlKey || event.metaKey || event.altKey) return;
    const page_ = (range.to - range.from) / 10;
    const moves = {
      ArrowLeft: at - step(), ArrowDown: at - step(), ArrowRight: at + step(), ArrowUp: at + step(),
      PageDown: at - page_, PageUp: at + page_, Home: 0, End: length,
    };
    if (event.key in moves) seek(moves[event.key]);
    else if (event.key === "+" || event.key === "=") closer(at, 0.5);
    else if (event.key === "-") closer(at, 2);
    else if (event.key === "0") zoom(0, length);
    else if (event.key === " " && player) player.paused ? player.play() : player.pause();
    else return;
    event.preventDefault();
    hover(track, at);
  });
  view.addEventListener("focusin", (event) => {
    const track = event.target.closest("[data-track]");
    if (!track) return;
    focused = track.closest("[data-lane]").dataset.lane;
    hover(track, at);
  });
  view.addEventListener("focusout", () => {
    hair.hidden = true;
    focused = null;
  });

  function hover(track, seconds) {
    const lane = track.closest("[data-lane]");
    place(hair, seconds);
    const name = lane.querySelector(".lane-name").textContent.trim();
    bubble.textContent = `${instant(seconds)}  ${name}: ${words(lane.dataset.lane, seconds)}${figures ? flagsAt(seconds) : ""}`;
    bubble.style.top = `${lane.offsetTop}px`;
    const share = (seconds - range.from) / (range.to - range.from);
    bubble.classList.toggle("to-left", share > 0.6);
  }

  let dragged = null;
  view.addEventListener("pointermove", (event) => {
    const track = event.target.closest("[data-track]") ?? dragged;
    if (dragged) seek(timeAt(event));
    if (track) hover(track, timeAt(event));
    else hair.hidden = true;
  });
  view.addEventListener("pointerleave", () => { if (!dragged) hair.hidden = true; });
  view.addEventListener("pointerdown", (event) => {
    const track = event.target.closest("[data-track]");
    if (!track || event.button !== 0) return;
    dragged = track;
    track.setPointerCapture(event.pointerId);
    seek(timeAt(event));
  });
  for (const end of ["pointerup", "pointercancel"]) view.addEventListener(end, () => { dragged = null; });
  view.addEventListener("wheel", (event) => {
    if (!event.target.closest("[data-track]")) return;
    const across = event.shiftKey ? event.deltaY : event.deltaX;
    if (event.ctrlKey) closer(timeAt(event), event.deltaY > 0 ? 1.25 : 0.8);
    else if (across && range.to - range.from < length) {
      const by = (across / view.clientWidth) * (range.to - range.from);
      zoom(range.from + by, range.to + by);
    } else return;
    event.preventDefault();
  }, { passive: false });

  // --- zoom: the server draws any part of the time line -------------------------------------

  function closer(around, factor) {
    const whole = (range.to - range.from) * factor;
    const share = (around - range.from) / (range.to - range.from);
    zoom(around - share * whole, around + (1 - share) * whole);
  }

  let asked = 0;
  function zoom(from, to) {
    const wide = within(to - from, Math.min(2, length), length);
    range.from = within(from, 0, length - wide);
    range.to = range.from + wide;
    place(head, at);
    overview();
    for (const [name, hidden] of [["out", wide >= length], ["all", wide >= length], ["in", wide <= 2]]) {
      const button = document.querySelector(`[data-zoom="${name}"]`);
      if (button) button.hidden = hidden;
    }
    const number = ++asked;
    const address = new URL(section.dataset.lanes, location.href);
    address.searchParams.set("from", range.from.toFixed(2));
    address.searchParams.set("to", range.to.toFixed(2));
    window.clearTimeout(zoom.timer);
    zoom.timer = window.setTimeout(() => {
      fetch(address, { headers: { "X-Aver-Part": "1" } })
        .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status)))))
        .then((text) => {
          if (number !== asked) return;
          const keep = focused;
          view.innerHTML = text;
          focused = keep;
          dress();
        })
        .catch(() => {});
    }, 60);
  }

  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.setAttribute("role", "button");
    button.addEventListener("keydown", (event) => { if (event.key === " ") { event.preventDefault(); button.click(); } });
    button.addEventListener("click", (event) => {
      event.preventDefault();
      if (button.dataset.zoom === "all") zoom(0, length);
      else closer(within(at, range.from, range.to), button.dataset.zoom === "in" ? 0.5 : 2);
    });
  }

  // The overview of a zoomed time line: all of it, and the part that is shown, which can be moved.
  const strip = make("div", { className: "overview", hidden: true });
  const part = make("div", { className: "overview-part" });
  strip.setAttribute("role", "slider");
  strip.setAttribute("tabindex", "0");
  strip.setAttribute("aria-label", "Part of the recording that is shown");
  strip.setAttribute("aria-valuemin", "0");
  strip.setAttribute("aria-valuemax", length.toFixed(0));
  const small = view.querySelector(".lane-main [data-track] svg").cloneNode(true);
  for (const text of small.querySelectorAll("text, title")) text.remove();
  const all = range.from === 0 && range.to >= length;
  if (all) strip.append(small);
  strip.append(part);
  view.before(strip);

  function overview() {
    strip.hidden = range.to - range.from >= length - 1e-6;
    part.style.left = `${(range.from / length) * 100}%`;
    part.style.width = `${((range.to - range.from) / length) * 100}%`;
    strip.setAttribute("aria-valuenow", range.from.toFixed(0));
    strip.setAttribute("aria-valuetext", `${clock(range.from)} to ${clock(range.to)}`);
  }
  let held = false;
  const pan = (event) => {
    const shape = strip.getBoundingClientRect();
    const middle = ((event.clientX - shape.left) / shape.width) * length;
    const half = (range.to - range.from) / 2;
    zoom(middle - half, middle + half);
  };
  strip.addEventListener("pointerdown", (event) => { held = true; strip.setPointerCapture(event.pointerId); pan(event); });
  strip.addEventListener("pointermove", (event) => { if (held) pan(event); });
  for (const end of ["pointerup", "pointercancel"]) strip.addEventListener(end, () => { held = false; });
  strip.addEventListener("keydown", (event) => {
    const wide = range.to - range.from;
    const by = { ArrowLeft: -wide / 4, ArrowRight: wide / 4, PageDown: -wide, PageUp: wide, Home: -length, End: length }[event.key];
    if (!by) return;
    event.preventDefault();
    zoom(range.from + by, range.to + by);
  });

  // --- the player, and links to moments -----------------------------------------------------

  for (const link of document.querySelectorAll("[data-seek]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      seek(Number(link.dataset.seek));
      (player ?? section).scrollIntoView({ block: "nearest" });
    });
  }
  if (player) {
    // Before anybody plays or seeks, the first moment that was measured is shown, not an empty 0:00.
    player.addEventListener("timeupdate", () => moment(player.currentTime));
    player.addEventListener("seeking", () => moment(player.currentTime));
    player.addEventListener("error", () => {
      player.replaceWith(make("p", {
        className: "muted unplayable",
        textContent: "This browser cannot play the recording. The result is not affected.",
      }));
    });
  }
  // Arrow keys move along the time line wherever they have no other use.
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, select, textarea, video, audio, [role=region], [role=slider], summary, a, button");
    if (event.defaultPrevented || (busy && !event.target.matches("[data-seek]"))) return;
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    seek(at + way * step());
  });
  // Both are placed in pixels of the first lane, and the section may have come anew with others.
  window.addEventListener("resize", () => { place(head, at); corrections(); });
  document.addEventListener("aver:work", corrections);

  // On a phone the player and the lanes stay in sight; where they are too tall, the first lane does.
  const pin = document.querySelector("[data-pin]");
  const above = make("div", { className: "pin-above" });
  pin.before(above);
  function settle() {
    const slim = pin.offsetHeight > innerHeight * 0.6;
    const stuck = above.getBoundingClientRect().bottom < 0 && getComputedStyle(pin).position === "sticky";
    if (stuck && !pin.classList.contains("stuck") && slim) {
      const tall = pin.offsetHeight;
      pin.classList.add("stuck");
      pin.style.marginBottom = `${tall - pin.offsetHeight}px`;
    } else if (!stuck && pin.classList.contains("stuck")) {
      pin.classList.remove("stuck");
      pin.style.marginBottom = "";
    }
  }
  new IntersectionObserver(settle).observe(above);

  dress();
  fetch(page.dataset.result, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then((read) => {
      figures = read;
      const first = [read.moments, ...Object.values(read.lanes)].find((list) => list.length)?.[0];
      moment(player?.currentTime || (first ? first[0] + 0.01 : 0));
    })
    .catch(() => {});
})();
