// The composer: Enter sends, Shift+Enter breaks the line, "/" and "@" offer what is known; drafts stay with their place.
"use strict";
(() => {
  const draft = (box, value) => {
    try {
      if (value === undefined) return sessionStorage.getItem(box.dataset.key) || "";
      sessionStorage.setItem(box.dataset.key, value);
    } catch { /* private window */ }
    return "";
  };
  const grow = (box) => {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
    box.form.querySelector("[type=submit]").disabled = !box.value.trim() && !box.form.elements.file.files.length;
  };
  const restore = () => document.querySelectorAll(".composer textarea").forEach((box) => {
    if (!box.value) box.value = draft(box);
    grow(box);
  });
  const change = (box, value) => { box.value = value; draft(box, value); grow(box); };

  const holdFiles = (input, files) => input.dispatchEvent(new CustomEvent("hold", { bubbles: true, detail: files }));
  const send = async (form) => {
    const box = form.elements.text;
    const text = box.value;
    const files = [...form.elements.file.files];
    if (!text.trim() && !files.length) return;
    const body = new FormData(form);
    holdFiles(form.elements.file, []);
    const toast = form.closest(".pane").querySelector(".toast");
    toast.textContent = "";
    change(box, "");
    offer(box);
    stopReply(form);
    try {
      const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
      const answer = await fetch("/page/say", { method: "POST", body, headers });
      if (answer.ok) return;
      toast.textContent = await answer.text();
    } catch { document.body.classList.add("offline"); }
    if (!box.value) change(box, text);
    if (!form.elements.file.files.length) holdFiles(form.elements.file, files);
  };

  const stopReply = (form) => {
    form.elements.thread_ts.value = "";
    form.querySelector(".replying").hidden = true;
  };
  const startReply = (button) => {
    const form = button.closest(".pane").querySelector(".composer");
    form.elements.thread_ts.value = button.dataset.thread;
    const note = form.querySelector(".replying");
    note.hidden = false;
    note.querySelector("span").textContent = button.dataset.note;
    form.elements.text.focus();
  };

  // Suggestions: commands while the first word is typed, people and groups after "@", channels after "#".
  const word = (box) => /(^\/\S*|(?:^|\s)[@#]\S*)$/.exec(box.value.slice(0, box.selectionStart))?.[1].trim();
  const offered = (box) => [...box.form.querySelectorAll("[role=option]:not([hidden])")];
  const SHOWN = 8;
  const fits = (option, typed) => {
    const { insert, find } = option.dataset;
    if (insert[0] !== typed[0]) return false;
    return insert.startsWith(typed) || (find ?? "").split(" ").some((part) => part.startsWith(typed.slice(1).toLowerCase()));
  };
  const offer = (box) => {
    const typed = word(box);
    let left = SHOWN;
    const list = box.form.querySelector(".suggest");
    list.querySelectorAll("[role=option]").forEach((option) => {
      option.hidden = !typed || !fits(option, typed) || left-- <= 0;
      option.setAttribute("aria-selected", "false");
    });
    const found = offered(box);
    list.hidden = found.length === 0;
    mark(box, found[0]);
  };
  const mark = (box, option) => {
    offered(box).forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
  };
  const marked = (box) => offered(box).find((option) => option.getAttribute("aria-selected") === "true");
  const take = (box, option) => {
    const before = box.value.slice(0, box.selectionStart);
    const start = before.length - word(box).length;
    const text = `${before.slice(0, start)}${option.dataset.insert} `;
    change(box, text + box.value.slice(box.selectionStart));
    box.setSelectionRange(text.length, text.length);
    offer(box);
    box.focus();
  };
  const hide = (box) => {
    box.form.querySelector(".suggest").hidden = true;
    offered(box).forEach((option) => { option.hidden = true; });
  };

  document.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!box.matches?.(".composer textarea") || event.isComposing) return;
    const found = offered(box);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (found.length && step) {
      event.preventDefault();
      mark(box, found[(found.indexOf(marked(box)) + step + found.length) % found.length]);
    } else if (found.length && (event.key === "Tab" || event.key === "Enter") && marked(box)?.dataset.insert !== word(box)) {
      event.preventDefault();
      take(box, marked(box));
    } else if (found.length && event.key === "Escape") {
      event.preventDefault();
      hide(box);
    } else if (event.key === "Escape" && box.form.elements.thread_ts.value) {
      stopReply(box.form);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send(box.form);
    }
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.(".composer textarea")) return;
    draft(event.target, event.target.value);
    grow(event.target);
    offer(event.target);
  });
  document.addEventListener("attached", (event) => grow(event.target.elements.text));
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".composer")) return;
    event.preventDefault();
    send(event.target);
  });
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest(".suggest")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest(".suggest [role=option]");
    if (option) take(option.closest("form").elements.text, option);
    const reply = event.target.closest("[data-thread]");
    if (reply) startReply(reply);
    const stop = event.target.closest("[data-stop-reply]");
    if (stop) { stopReply(stop.form); stop.form.elements.text.focus(); }
    const example = event.target.closest("[data-example]");
    if (example) {
      const box = example.closest(".pane").querySelector(".composer textarea");
      change(box, example.dataset.example);
      box.focus();
    }
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.(".composer textarea")) hide(event.target);
  });
  document.addEventListener("htmx:afterSettle", restore);
  document.addEventListener("DOMContentLoaded", () => {
    restore();
    if (matchMedia("(min-width: 700px)").matches && !document.querySelector("dialog.modal")) {
      document.querySelector(".composer textarea")?.focus();
    }
  });
})();
