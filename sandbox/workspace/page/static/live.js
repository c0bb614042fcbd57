// Live events: fetch the parts that changed. Also the toast, the end of the list and the theme.
"use strict";
(() => {
  const root = document.documentElement;
  const store = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private window */ } };

  // What belongs to the browser alone must survive a redraw.
  Idiomorph.defaults.ignoreActiveValue = true;
  Idiomorph.defaults.callbacks.beforeAttributeUpdated = (name, element) => {
    if (name === "open" && element.matches("dialog, details")) return false;
    if (name === "value" && element.matches(".composer textarea, .messages .typed")) return false;
    if (name === "inert" || name === "data-stuck") return false;
    return true;
  };
  // Left alone: panels, which come by requests of their own, and a list that somebody is choosing from.
  Idiomorph.defaults.callbacks.beforeNodeMorphed = (old, fresh) =>
    !(old.dataset?.apart !== undefined && fresh.dataset?.apart !== undefined) &&
    !(old.matches?.(".combo") && old.querySelector(":popover-open"));

  let source = null;
  let shown = "";
  const connect = () => {
    const wanted = document.querySelector(".desk")?.dataset.live;
    if (!wanted || (wanted === shown && source && source.readyState !== EventSource.CLOSED)) return;
    source?.close();
    shown = wanted;
    source = new EventSource(wanted);
    let lost = false;
    source.onopen = () => {
      document.body.classList.remove("offline");
      if (lost) document.querySelectorAll("[data-part]").forEach((part) => htmx.trigger(part, "live"));
      lost = false;
    };
    source.onerror = () => { lost = true; document.body.classList.add("offline"); };
    source.onmessage = (event) => event.data.split(" ").forEach((name) => {
      const part = document.getElementById(name);
      if (part) htmx.trigger(part, "live");
    });
  };

  const said = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent;
  const atEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  const toEnd = (box) => { box.scrollTop = box.scrollHeight; };
  const settle = () => document.querySelectorAll(".scroll").forEach((box) => {
    if (box.dataset.stuck === box.dataset.place) return;
    box.dataset.stuck = box.dataset.place;
    toEnd(box);
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    const toast = event.detail.requestConfig?.elt.closest(".pane, .drawer")?.querySelector(".toast");
    if (xhr.status === 422 && toast) { toast.textContent = said(xhr.responseText); event.detail.shouldSwap = false; }
    const box = target.closest?.(".scroll");
    if (box) box.dataset.follow = atEnd(box) ? "yes" : "";
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const box = event.detail.target.closest?.(".scroll");
    if (box?.dataset.follow) toEnd(box);
    settle();
    connect();
  });

  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-theme-switch]")) {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      store("theme", root.dataset.theme);
    }
    const toast = on(".toast");
    if (toast) toast.textContent = "";
    const pane = on(".pane");
    if (on("[data-side-switch]")) pane.classList.toggle("side-open");
    else if (pane && (on(".side a") || !on(".side"))) pane.classList.remove("side-open");
  });
  document.addEventListener("DOMContentLoaded", () => { connect(); settle(); });
})();
