// The result page: the time line follows the player, and seeks it.
"use strict";

(() => {
  const page = document.querySelector("[data-result]");
  const player = document.querySelector("[data-player]");
  const charts = [...document.querySelectorAll("[data-time-chart] svg[data-from]")];
  const SVG = "http://www.w3.org/2000/svg";
  let result = null;
  let length = 0;
  let at = 0;

  const clock = (seconds) => {
    const whole = Math.floor(seconds + 1e-6);
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    const rest = String(whole % 60).padStart(2, "0");
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  };

  // As `percent` in source/views/units.py writes a share.
  const percent = (share) => {
    const whole = Math.round(share * 100);
    if (whole === 0 && share > 0) return "<1 %";
    return whole === 100 && share < 0.999995 ? ">99 %" : `${whole} %`;
  };

  const lines = charts.map((chart) => {
    const box = chart.viewBox.baseVal;
    const from = Number(chart.dataset.from) * box.width;
    const to = Number(chart.dataset.to) * box.width;
    const line = document.createElementNS(SVG, "line");
    line.setAttribute("class", "play-line");
    line.setAttribute("y1", chart.dataset.top);
    line.setAttribute("y2", String(box.height - 28));
    line.setAttribute("visibility", "hidden");
    chart.append(line);
    return (seconds) => {
      const x = from + (to - from) * Math.min(1, Math.max(0, seconds / length));
      line.setAttribute("x1", x);
      line.setAttribute("x2", x);
      line.setAttribute("visibility", "visible");
    };
  });

  function moment(seconds) {
    at = seconds;
    if (!length) return;
    for (const move of lines) move(seconds);
    show(seconds);
  }

  function seek(seconds) {
    if (player) player.currentTime = seconds;
    moment(seconds);
  }

  function show(seconds) {
    const box = document.querySelector("[data-moment]");
    if (!box || !result) return;
    const here = result.timeline.find((m) => m.start <= seconds + 1e-6 && seconds < m.end);
    box.querySelector("[data-moment-time]").textContent = clock(seconds);
    const text = box.querySelector("[data-moment-text]");
    const bars = box.querySelector("[data-moment-bars]");
    const labels = Object.keys((here ?? result.timeline[0]).emotion.scores);
    if (bars.children.length !== labels.length) bars.replaceChildren(...labels.map(bar));
    labels.forEach((label, index) => {
      const item = bars.children[index];
      const score = here?.emotion.scores[label];
      item.querySelector(".meter-part").setAttribute("width", ((score ?? 0) * 100).toFixed(1));
      item.lastChild.textContent = score === undefined ? "–" : percent(score);
    });
    if (!here) {
      text.textContent = "Nothing was measured at this moment.";
      return;
    }
    const sure = here.emotion.certain ? "sure" : "not sure";
    const senses = here.senses.join(" and ");
    const differ = here.agreement !== undefined && here.agreement < 0.5 ? "; they differ" : "";
    text.textContent = `${here.emotion.certain ? "Reads as" : "Closest to"} ${here.emotion.label}, ${sure} (${senses}${differ})`;
  }

  function bar(label) {
    const item = document.createElement("li");
    const word = document.createElement("span");
    word.textContent = label;
    const meter = document.createElementNS(SVG, "svg");
    meter.setAttribute("class", `meter e-${page.dataset[`e${label.toLowerCase().replace(/[^a-z]/g, "")}`] ?? label}`);
    meter.setAttribute("viewBox", "0 0 100 8");
    meter.setAttribute("preserveAspectRatio", "none");
    meter.setAttribute("aria-hidden", "true");
    for (const part of ["meter-all", "meter-part"]) {
      const rect = document.createElementNS(SVG, "rect");
      rect.setAttribute("class", part);
      rect.setAttribute("width", "100");
      rect.setAttribute("height", "8");
      meter.append(rect);
    }
    const value = document.createElement("span");
    value.className = "num";
    item.append(word, meter, value);
    return item;
  }

  for (const chart of charts) {
    chart.parentElement.addEventListener("click", (event) => {
      const box = chart.getBoundingClientRect();
      const from = Number(chart.dataset.from);
      const share = ((event.clientX - box.left) / box.width - from) / (Number(chart.dataset.to) - from);
      if (length && share >= 0 && share <= 1) seek(share * length);
    });
  }
  for (const button of document.querySelectorAll("[data-seek]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      seek(Number(button.dataset.seek));
      (player ?? document.querySelector("[data-moment]"))?.scrollIntoView({ block: "nearest" });
    });
  }
  if (player) {
    player.addEventListener("timeupdate", () => moment(player.currentTime));
    player.addEventListener("seeking", () => moment(player.currentTime));
    player.addEventListener("error", () => {
      const sorry = document.createElement("p");
      sorry.className = "muted unplayable";
      sorry.textContent = "This browser cannot play the recording. The result is not affected.";
      player.replaceWith(sorry);
    });
  }
  // Arrow keys move along the time line wherever they have no other use.
  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest("input, select, textarea, video, audio, [role=region], summary, a, button");
    if (busy && !event.target.matches("[data-seek]")) return;
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || !length) return;
    event.preventDefault();
    seek(Math.min(length, Math.max(0, at + step * Math.max(0.5, length / 100))));
  });

  if (!document.querySelector("[data-moment]")) return;
  fetch(page.dataset.result, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then((read) => {
      result = read;
      length = Math.max(read.source.seconds ?? 0, ...read.timeline.map((m) => m.end));
      moment(player?.currentTime ?? 0);
    })
    .catch(() => {});
})();
