// What every page does better with JavaScript; each works without it.
"use strict";

// --- theme -------------------------------------------------------------------------------------

const themeForm = document.querySelector("[data-theme-form]");
themeForm?.addEventListener("submit", (event) => {
  const chosen = event.submitter?.value;
  if (!chosen) return;
  event.preventDefault();
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${chosen}; Max-Age=31536000; Path=/; SameSite=Lax${secure}`;
  document.documentElement.dataset.theme = chosen;
  for (const button of themeForm.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === chosen));
  }
});
const menu = document.querySelector(".menu");
document.addEventListener("click", (event) => {
  if (menu?.open && !menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu?.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// On a phone the links scroll sideways: begin with the one of this page in sight.
const nav = document.querySelector(".nav");
const current = nav?.querySelector("[aria-current]");
if (current) nav.scrollLeft = current.offsetLeft - (nav.clientWidth - current.offsetWidth) / 2;

// --- job: say what changes, and only that --------------------------------------------------------

const SILENCE = 15000; // milliseconds without news after which a busy page asks anew
const live = document.querySelector("[data-live]");
if (live) {
  const tell = () => {
    const sentence = document.querySelector("[data-sentence]")?.textContent.trim() ?? "";
    if (sentence !== live.textContent) live.textContent = sentence;
    // The part that says so asks no more, so that nothing restarts the way to the result.
    const done = document.querySelector("[data-done]")?.dataset.done;
    if (done) location.replace(done);
  };
  let heard = Date.now();
  document.addEventListener("aver:part", () => { heard = Date.now(); tell(); });
  tell();
  // An answer that never comes, or a script that did not load, must not leave the page standing.
  setInterval(() => {
    if (!document.querySelector("#job[data-events]") || Date.now() - heard <= SILENCE) return;
    fetch(location.href, { method: "HEAD" }).then(() => location.reload(), () => {});
  }, SILENCE / 5);
}

// --- files that were not taken: shown until somebody dismisses it -----------------------------------

document.querySelector("[data-dismiss]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    const answer = await fetch(form.action, {
      method: "POST", body: new FormData(form), headers: { "X-Aver-Upload": "1" },
    });
    if (!answer.ok) throw new Error(answer.statusText);
    form.closest("[data-refused]").remove();
    document.querySelector("main").focus();
  } catch {
    form.submit();
  }
});

// --- deleting: ask first, on the page we are at ----------------------------------------------------

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-ask]") || !window.HTMLDialogElement) return;
  event.preventDefault();
  try {
    const answer = await fetch(form.action, { headers: { "X-Aver-Part": "1" } });
    if (!answer.ok) throw new Error(answer.statusText);
    ask(await answer.text());
  } catch {
    form.submit();
  }
});

function ask(html) {
  const asked = new DOMParser().parseFromString(html, "text/html").getElementById("ask");
  const box = document.createElement("dialog");
  box.className = "asking";
  box.setAttribute("aria-labelledby", "ask-title");
  box.append(asked);
  box.addEventListener("close", () => box.remove());
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  asked.querySelector("[data-keep]").addEventListener("click", (event) => {
    event.preventDefault();
    box.close();
  });
  document.body.append(box);
  box.showModal();
  asked.querySelector("[data-keep]").focus(); // the harmless answer is the near one
}

// --- purpose: own words choose themselves; the notice prints ---------------------------------------

for (const text of document.querySelectorAll("[name=own_purpose]")) {
  const own = text.closest("fieldset").querySelector("[data-own-purpose]");
  text.addEventListener("input", () => { own.checked = true; });
  own.addEventListener("change", () => text.focus());
}
document.querySelector("[data-print]")?.addEventListener("click", () => print());

// --- upload --------------------------------------------------------------------------------------

for (const form of document.querySelectorAll("[data-upload]")) upload(form);

function size(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function upload(form) {
  const input = form.querySelector("input[name=files]");
  const drop = form.querySelector("[data-drop]");
  const list = form.querySelector("[data-files]");
  const trouble = form.querySelector("[data-trouble]");
  const sending = form.querySelector("[data-sending]");
  const limit = Number(form.dataset.limitMb) * 1e6;
  const most = Number(form.dataset.limitFiles);
  let files = [];
  let request = null;

  // What is wrong with a file, as far as we see it: a code of the server's, and a sentence.
  function fault(file) {
    if (file.size === 0) return ["empty_file", "It is empty (0 bytes)."];
    if (file.size > limit) return ["too_large", `It is ${size(file.size)}; the limit is ${size(limit)}.`];
    return null; // a type is guessed from the name: what a file is, the server finds in its content
  }
  const why = (file) => fault(file)?.[1] ?? "";

  function complain(text) {
    trouble.textContent = text;
    trouble.hidden = !text;
  }

  function take(added) {
    const known = new Set(files.map((f) => `${f.name}/${f.size}/${f.lastModified}`));
    files = files.concat([...added].filter((f) => !known.has(`${f.name}/${f.size}/${f.lastModified}`)));
    show();
  }

  function keep() {
    const held = new DataTransfer();
    for (const file of files) held.items.add(file);
    input.files = held.files;
  }

  function show() {
    keep();
    for (const old of list.querySelectorAll("img.thumb, video.thumb")) URL.revokeObjectURL(old.src);
    list.replaceChildren(...files.map(row));
    list.hidden = files.length === 0;
    asking(form.querySelector("[data-purpose]"), files.length > 0);
    asking(form.querySelector("[data-pair]"), pair());
    const good = files.filter((f) => !why(f));
    const all = good.reduce((sum, f) => sum + f.size, 0);
    if (good.length > most) complain(`You chose ${good.length} files; the limit is ${most}.`);
    else if (all > limit) complain(`Together they are ${size(all)}; the limit is ${size(limit)}.`);
    else complain("");
  }

  // What the recordings are for is asked once there are some; whether two belong together, too.
  function asking(asked, state) {
    if (!asked) return;
    asked.hidden = !state;
    asked.disabled = !state; // what is hidden is not required
  }
  asking(form.querySelector("[data-purpose]"), false);

  function pair() {
    const kinds = files.map((file) => file.type.split("/")[0]).sort();
    return kinds.length === 2 && kinds[0] === "audio" && kinds[1] === "image";
  }

  // What stands for a file that this browser cannot show.
  function ending(file) {
    const mark = document.createElement("span");
    mark.className = "thumb";
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = (file.name.split(".").pop() || "?").slice(0, 4).toUpperCase();
    return mark;
  }

  function row(file, index) {
    const item = document.createElement("li");
    const kind = file.type.split("/")[0];
    const shown = kind === "image" || kind === "video";
    const thumb = shown ? document.createElement(kind === "image" ? "img" : "video") : ending(file);
    thumb.className = "thumb";
    if (shown) {
      thumb.src = URL.createObjectURL(file);
      thumb.alt = "";
      thumb.muted = true;
      thumb.preload = "metadata";
      thumb.addEventListener("error", () => thumb.replaceWith(ending(file)));
    }
    if (kind !== "image") thumb.setAttribute("aria-hidden", "true");
    const name = document.createElement("span");
    name.className = "file-name";
    name.textContent = file.name;
    const about = document.createElement("span");
    about.className = "file-size";
    const reason = why(file);
    about.textContent = reason ? `${reason} It will not be sent.` : size(file.size);
    about.classList.toggle("file-bad", Boolean(reason));
    name.append(about);
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "button quiet icon-button";
    remove.textContent = "✕";
    remove.setAttribute("aria-label", `Remove ${file.name}`);
    remove.addEventListener("click", () => {
      files.splice(index, 1);
      show();
      (list.querySelectorAll("button")[Math.min(index, files.length - 1)] ?? input).focus();
    });
    item.append(thumb, name, remove);
    return item;
  }

  input.addEventListener("change", () => take(input.files));
  let depth = 0;
  const over = (state) => drop.classList.toggle("drop-over", state);
  drop.addEventListener("dragenter", (event) => { event.preventDefault(); depth += 1; over(true); });
  drop.addEventListener("dragover", (event) => event.preventDefault());
  drop.addEventListener("dragleave", () => { depth -= 1; if (depth <= 0) over(false); });
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    over(false);
    if (event.dataTransfer.files.length) take(event.dataTransfer.files);
  });
  form.addEventListener("aver:file", (event) => take([event.detail]));

  // Anywhere on the page will do: a file that misses the field must not replace the page.
  if (form === document.querySelector("[data-upload]")) {
    const carries = (event) => event.dataTransfer?.types.includes("Files");
    document.addEventListener("dragover", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      over(true);
    });
    document.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) over(false); // it left the window
    });
    document.addEventListener("drop", (event) => {
      if (!carries(event) || event.defaultPrevented) return;
      event.preventDefault();
      over(false);
      if (event.dataTransfer.files.length) take(event.dataTransfer.files);
      drop.scrollIntoView({ block: "nearest" });
    });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (request) return;
    const good = files.filter((f) => !why(f));
    if (!good.length) {
      complain(files.length ? "None of the chosen files can be sent." : "Choose a recording first.");
      return;
    }
    if (!trouble.hidden && good.length > most) return;
    const data = new FormData(form);
    data.delete("files");
    for (const file of good) data.append("files", file, file.name);
    for (const file of files.filter(fault)) { // they are written down with the others
      data.append("left_out", JSON.stringify({ name: file.name, size: file.size, why: fault(file)[0] }));
    }
    send(data);
  });

  function send(data) {
    const bar = sending.querySelector("progress");
    const text = sending.querySelector("[data-sending-text]");
    const button = form.querySelector("button[type=submit]");
    const say = (line) => { if (text.textContent !== line) text.textContent = line; };
    complain("");
    sending.hidden = false;
    button.disabled = true;
    bar.value = 0;
    say("Sending …");
    request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("X-Aver-Upload", "1");
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      bar.value = (100 * event.loaded) / event.total;
      say(event.loaded < event.total ? `Sending, ${Math.floor(bar.value / 10) * 10} %` : "Checking the file …");
    });
    request.addEventListener("load", () => {
      if (request.status === 200 && request.response?.location) {
        location.assign(request.response.location);
        return;
      }
      const error = request.response?.error;
      const alternate = request.getResponseHeader("Link") ?? "";
      stop(error ? `${error.message} ${error.hint}` : "The server sent an invalid answer. Try again.");
      const page = /<(\/[^>]*)>; rel="alternate"; title="([^"]*)"/.exec(alternate);
      if (page) {
        const link = document.createElement("a");
        link.href = page[1];
        link.textContent = `The page “${page[2]}” takes it.`;
        trouble.append(" ", link);
      }
    });
    request.addEventListener("error", () => stop("The connection was lost during the upload. Try again."));
    request.send(data);

    function stop(reason) {
      request = null;
      sending.hidden = true;
      button.disabled = false;
      complain(reason);
    }
  }

  const camera = form.querySelector("[data-camera]");
  if (camera) still(camera, form);
}

// --- camera still ----------------------------------------------------------------------------------

function still(box, form) {
  const find = (name) => box.querySelector(`[data-camera-${name}]`);
  const stage = find("stage");
  const video = find("video");
  const trouble = find("trouble");
  let stream = null;

  function close() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.srcObject = null;
    stage.hidden = true;
    find("open").hidden = false;
  }
  if (!navigator.mediaDevices?.getUserMedia) { box.hidden = true; return; }

  find("open").addEventListener("click", async () => {
    trouble.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 } } });
    } catch (error) {
      trouble.textContent = error.name === "NotAllowedError"
        ? "The browser may not use the camera. Allow it in the address bar, or choose a file."
        : "No camera was found. Choose a file instead.";
      trouble.hidden = false;
      return;
    }
    video.srcObject = stream;
    await video.play();
    stage.hidden = false;
    find("open").hidden = true;
    find("take").focus();
  });
  find("close").addEventListener("click", () => { close(); find("open").focus(); });
  find("take").addEventListener("click", () => {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      const time = new Date().toISOString().slice(11, 19).replaceAll(":", "-");
      const file = new File([blob], `camera ${time}.jpg`, { type: "image/jpeg" });
      form.dispatchEvent(new CustomEvent("aver:file", { detail: file }));
      close();
      form.querySelector("button[type=submit]").focus();
    }, "image/jpeg", 0.95);
  });
  addEventListener("pagehide", close);
}
