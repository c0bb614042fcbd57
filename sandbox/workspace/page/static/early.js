// Before the first paint: the theme, the drawer and its tab as they were chosen last.
"use strict";
(() => {
  const root = document.documentElement;
  const read = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
  const theme = read("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const wide = window.matchMedia("(min-width: 1180px)").matches;
  const split = new URLSearchParams(location.search).has("as2");
  root.dataset.drawer = wide && !split && read("drawer") !== "closed" ? "open" : "closed";
  root.dataset.tab = ["due", "console", "people", "faults", "requests", "audit"].find((name) => name === read("tab")) ?? "due";
})();
