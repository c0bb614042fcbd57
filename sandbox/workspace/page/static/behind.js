// Behind the scenes: the drawer, its tabs, and what is looked at again every second while one sees it.
"use strict";
(() => {
  const root = document.documentElement;
  const EVERY_MS = 1000;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const store = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private window */ } };

  const state = () => {
    all("[data-drawer-switch]").forEach((button) => button.setAttribute("aria-expanded", root.dataset.drawer === "open"));
    all(".tabs [role=tab]").forEach((tab) => {
      const on = tab.dataset.tab === root.dataset.tab;
      tab.setAttribute("aria-selected", on);
      tab.tabIndex = on ? 0 : -1;
    });
  };
  const look = () => {
    if (document.hidden || document.body.classList.contains("offline")) return;
    all("[data-poll]").filter((part) => part.parentElement.getClientRects().length).forEach((part) => htmx.trigger(part, "live"));
  };
  const change = (name, value) => { root.dataset[name] = value; store(name, value); state(); look(); };

  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-tab][role=tab]");
    if (tab) change("tab", tab.dataset.tab);
    if (event.target.closest("[data-drawer-switch]")) change("drawer", root.dataset.drawer === "open" ? "closed" : "open");
  });
  document.addEventListener("keydown", (event) => {
    const tabs = all(".tabs [role=tab]");
    const at = tabs.indexOf(event.target);
    if (at < 0) return;
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const tab = tabs[(to + tabs.length) % tabs.length];
    change("tab", tab.dataset.tab);
    tab.focus();
  });

  let shown = null;
  document.addEventListener("htmx:afterSettle", (event) => {
    state();
    if (event.detail.requestConfig?.verb === "post" && event.detail.target.closest?.(".drawer")) look();
    const address = document.querySelector(".desk")?.dataset.live;
    if (address !== shown) all("[data-apart]").forEach((part) => htmx.trigger(part, "live"));
    shown = address;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && event.target.matches?.("form.make")) event.target.reset();
  });
  document.addEventListener("DOMContentLoaded", () => {
    shown = document.querySelector(".desk")?.dataset.live;
    state();
  });
  setInterval(look, EVERY_MS);
})();
