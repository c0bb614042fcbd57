// Modals, questions before a press, and menus that close when one looks elsewhere.
"use strict";
(() => {
  const fields = "input:not([type=hidden]):not(:disabled), textarea, button, [tabindex='0']";

  // A modal covers the window; side by side it covers its own side, so that the other one stays usable.
  const openModals = () => document.querySelectorAll("dialog.modal").forEach((dialog) => {
    const pane = dialog.closest(".pane");
    if (!dialog.open) {
      if (document.querySelector(".desk.split")) dialog.show();
      else dialog.showModal();
    }
    if (dialog.dataset.focused === dialog.dataset.view) return;
    dialog.dataset.focused = dialog.dataset.view;
    const first = dialog.querySelector("[data-focus], .has-error input, .has-error textarea")
      || dialog.querySelector(".modal-body input:not([type=hidden]), .modal-body textarea, .modal-body button")
      || dialog.querySelector(fields);
    first?.focus();
    pane.querySelector(".main")?.setAttribute("inert", "");
  });
  const freePanes = () => document.querySelectorAll(".pane").forEach((pane) => {
    if (pane.querySelector("dialog.modal")) return;
    const main = pane.querySelector(".main[inert]");
    if (!main) return;
    main.removeAttribute("inert");
    if (document.activeElement === document.body) main.querySelector(".composer textarea")?.focus();
  });
  const errorFocus = (target) => {
    const wrong = target.querySelector?.("dialog.modal .has-error :is(input:not([type=hidden]), textarea)");
    wrong?.focus();
  };
  document.addEventListener("htmx:afterSettle", (event) => {
    openModals();
    freePanes();
    if (event.detail.requestConfig?.path === "/page/submit") errorFocus(event.detail.target);
  });
  document.addEventListener("DOMContentLoaded", openModals);

  document.addEventListener("cancel", (event) => {
    if (!event.target.matches?.("dialog.modal")) return;
    event.preventDefault();
    event.target.querySelector("[data-close]")?.click();
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    const menu = event.target.closest?.("details[open].menu");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); event.stopPropagation(); return; }
    const modal = event.target.closest?.("dialog.modal");
    if (modal && !modal.matches(":modal")) modal.querySelector("[data-close]")?.click();
  });

  // Up and down move through a menu, from its button on.
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key], menu = event.target.closest?.("details.menu");
    if (!step || !menu) return;
    event.preventDefault();
    menu.open = true;
    const items = [...menu.querySelectorAll("[role=menuitem], .menu-list a")], at = items.indexOf(document.activeElement);
    items[at < 0 && step < 0 ? items.length - 1 : (at + step + items.length) % items.length]?.focus();
  });

  // Slack's own question before a press.
  document.addEventListener("htmx:confirm", (event) => {
    const asked = event.detail.elt.closest("[data-confirm]");
    const question = asked && document.getElementById(asked.dataset.confirm);
    if (!question) return;
    event.preventDefault();
    question.onclick = (click) => {
      const answer = click.target.closest("[data-answer]")?.dataset.answer;
      if (!answer) return;
      question.close();
      if (answer === "yes") event.detail.issueRequest(true);
    };
    question.showModal();
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details[open].menu").forEach((menu) => {
      const inside = menu.contains(event.target);
      if (!inside || event.target.closest("[role=menuitem], .menu a")) menu.open = false;
    });
  });

  // Fields that act while one types.
  const timers = new WeakMap();
  const act = (field) => htmx.trigger(field, "act");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.dataset?.dispatch !== "enter") return;
    event.preventDefault();
    act(event.target);
  });
  document.addEventListener("input", (event) => {
    if (event.target.dataset?.dispatch !== "character") return;
    clearTimeout(timers.get(event.target));
    timers.set(event.target, setTimeout(() => act(event.target), 400));
  });
})();
