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
    if (["inert", "data-stuck", "data-newest"].includes(name)) return false;
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
  const isHome = (box) => box.querySelector(".messages > .home") !== null;
  // Who stands at the end stays there while pictures come in or the composer grows; a Home is read from its top.
  const left = new WeakSet();
  const grown = new ResizeObserver((entries) => entries.forEach(({ target }) => {
    const box = target.closest(".scroll");
    if (box && !left.has(box) && !isHome(box)) toEnd(box);
  }));
  document.addEventListener("scroll", ({ target }) => {
    if (!target.matches?.(".scroll")) return;
    if (atEnd(target)) left.delete(target);
    else left.add(target);
  }, true);
  const settle = () => document.querySelectorAll(".scroll").forEach((box) => {
    grown.observe(box);
    grown.observe(box.querySelector(".messages"));
    if (box.dataset.stuck === box.dataset.place) return;
    box.dataset.stuck = box.dataset.place;
    left.delete(box);
    if (isHome(box)) box.scrollTop = 0;
    else toEnd(box);
  });

  // A list that was opened further back stays so; one who looked at its top goes on where they were.
  document.addEventListener("htmx:configRequest", (event) => {
    const { path, parameters, target } = event.detail;
    const further = target?.querySelector?.(":scope > [data-most]");
    if (path === "/page/part/list" && further && !parameters.most) parameters.most = further.dataset.most;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    const toast = event.detail.requestConfig?.elt.closest(".pane, .drawer")?.querySelector(".toast");
    if (xhr.status === 422 && toast) { toast.textContent = said(xhr.responseText); event.detail.shouldSwap = false; }
    const box = target.closest?.(".scroll");
    if (box && event.detail.requestConfig?.elt.closest(".earlier")) box.dataset.below = box.scrollHeight - box.scrollTop;
    if (box) box.dataset.follow = atEnd(box) && !isHome(box) ? "yes" : "";
  });
  // What comes in is said to screen readers once: the newest message, by whom; not the list drawn anew.
  const say = (box) => {
    const all = [...box.querySelectorAll(".message")];
    const last = all.reduce((one, other) => (one && one.dataset.ts > other.dataset.ts ? one : other), null);
    const before = box.dataset.newest;
    box.dataset.newest = `${box.dataset.place} ${last?.id ?? ""}`;
    if (!last || before === undefined || before === box.dataset.newest || !before.startsWith(`${box.dataset.place} `)) return;
    const who = last.querySelector(".by strong")?.textContent, what = last.querySelector(".holder")?.innerText ?? "";
    box.closest(".pane").querySelector(".news").textContent = `${who}: ${what.replace(/\s+/g, " ").slice(0, 300)}`;
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    const box = event.detail.target.closest?.(".scroll");
    document.querySelectorAll(".scroll").forEach(say);
    if (box?.dataset.follow) toEnd(box);
    if (box?.dataset.below) box.scrollTop = box.scrollHeight - Number(box.dataset.below);
    if (box) delete box.dataset.below;
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
  document.addEventListener("DOMContentLoaded", () => { connect(); settle(); document.querySelectorAll(".scroll").forEach(say); });
})();
