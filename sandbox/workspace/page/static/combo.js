// Selects: a text field that searches a list; one value or several; lists that the app itself provides.
"use strict";
(() => {
  const parts = (combo) => ({
    input: combo.querySelector(".combo-input"),
    list: document.getElementById(combo.dataset.list),
    values: combo.querySelector(".combo-values"),
  });
  const shown = (list) => [...list.querySelectorAll("[role=option]:not([hidden])")];
  const isOpen = (list) => list.matches(":popover-open");

  const place = (combo) => {
    const { list } = parts(combo);
    const box = combo.getBoundingClientRect();
    const below = window.innerHeight - box.bottom > Math.min(list.scrollHeight, 260) + 8;
    list.style.left = `${box.left}px`;
    list.style.width = `${box.width}px`;
    list.style.top = below ? `${box.bottom + 4}px` : "auto";
    list.style.bottom = below ? "auto" : `${window.innerHeight - box.top + 4}px`;
  };
  const open = (combo) => {
    const { input, list } = parts(combo);
    if (!isOpen(list)) list.showPopover();
    place(combo);
    input.setAttribute("aria-expanded", "true");
  };
  const close = (combo) => {
    const { input, list } = parts(combo);
    waiting.delete(combo);
    if (isOpen(list)) list.hidePopover();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = combo.hasAttribute("data-multi") ? "" : combo.dataset.label || "";
  };
  const mark = (combo, option) => {
    const { input, list } = parts(combo);
    list.querySelectorAll(".marked").forEach((one) => one.classList.remove("marked"));
    if (!option) { input.removeAttribute("aria-activedescendant"); return; }
    option.classList.add("marked");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };

  const filter = (combo, typed) => {
    const { list } = parts(combo);
    const wanted = typed.trim().toLowerCase();
    list.querySelectorAll("[role=option]").forEach((option) => {
      option.hidden = !option.textContent.toLowerCase().includes(wanted);
    });
    list.querySelectorAll(".group").forEach((group) => {
      group.hidden = !group.querySelector("[role=option]:not([hidden])");
    });
    const empty = list.querySelector(".empty");
    if (empty) empty.hidden = shown(list).length > 0;
    mark(combo, wanted ? shown(list)[0] : null);
  };
  const ask = async (combo, typed) => {
    const { list } = parts(combo);
    const note = list.querySelector(".empty");
    const least = Number(combo.dataset.least);
    if (typed.length < least) {
      list.querySelectorAll("[role=option]").forEach((option) => option.remove());
      note.hidden = false;
      note.textContent = combo.dataset.more.replace("0", String(least - typed.length));
      return;
    }
    note.textContent = combo.dataset.loading;
    note.hidden = list.querySelector("[role=option]") !== null;
    const query = new URLSearchParams({ ...JSON.parse(combo.dataset.query), q: typed, list: list.id });
    combo.dataset.asked = query;
    const headers = { "HX-Request": "true", "HX-Current-URL": location.href };
    const answer = await fetch(`/page/options?${query}`, { headers });
    const text = await answer.text();
    if (combo.dataset.asked !== String(query)) return;
    list.querySelectorAll("[role=option]").forEach((option) => option.remove());
    if (answer.ok) list.insertAdjacentHTML("beforeend", text);
    note.textContent = answer.ok ? combo.dataset.none : text;
    note.hidden = shown(list).length > 0;
    place(combo);
    const found = shown(list), keys = waiting.get(combo);
    waiting.delete(combo);
    const wanted = found[Math.max(0, Math.min(keys?.steps ?? 0, found.length - 1))];
    mark(combo, wanted);
    if (keys?.taken && wanted) choose(combo, wanted);
  };
  // Keys pressed before the app has answered count for the answer: steps down the list, and whether to take it.
  const waiting = new WeakMap();
  const timers = new WeakMap();
  const look = (combo, typed, wait) => {
    open(combo);
    if (!combo.hasAttribute("data-external")) { filter(combo, typed); return; }
    clearTimeout(timers.get(combo));
    if (typed.length >= Number(combo.dataset.least)) waiting.set(combo, { steps: 0, taken: false });
    else waiting.delete(combo);
    timers.set(combo, setTimeout(() => ask(combo, typed), wait));
  };
  const unfold = (combo) => {
    look(combo, "", 0);
    const found = shown(parts(combo).list);
    mark(combo, found.find((option) => option.getAttribute("aria-selected") === "true") ?? found[0]);
  };

  const hidden = (combo, value) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: combo.dataset.name, value });
    return input;
  };
  const chip = (combo, option) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "chip" });
    button.dataset.value = option.dataset.value;
    button.textContent = option.dataset.label;
    button.setAttribute("aria-label", combo.dataset.remove.replace("%s", option.dataset.label));
    return button;
  };
  const changed = (combo) => parts(combo).values.dispatchEvent(new Event("change", { bubbles: true }));
  const choose = (combo, option) => {
    const { input, list, values } = parts(combo);
    const value = option.dataset.value;
    if (!combo.hasAttribute("data-multi")) {
      list.querySelectorAll("[role=option]").forEach((one) => one.setAttribute("aria-selected", String(one === option)));
      values.replaceChildren(hidden(combo, value));
      combo.dataset.label = option.dataset.label;
      close(combo);
    } else {
      const there = [...values.children].find((one) => one.value === value);
      if (there) { drop(combo, value); return; }
      option.setAttribute("aria-selected", "true");
      values.append(hidden(combo, value));
      combo.querySelector(".combo-box").insertBefore(chip(combo, option), input);
      input.value = "";
      filter(combo, "");
      place(combo);
    }
    changed(combo);
  };
  const drop = (combo, value) => {
    const { input, list, values } = parts(combo);
    [...values.children].filter((one) => one.value === value).forEach((one) => one.remove());
    combo.querySelectorAll(".chip").forEach((one) => { if (one.dataset.value === value) one.remove(); });
    list.querySelectorAll("[role=option]").forEach((one) => {
      if (one.dataset.value === value) one.setAttribute("aria-selected", "false");
    });
    input.focus();
    changed(combo);
  };

  const of = (target) => target.closest?.(".combo");
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest(".combo-list")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const option = event.target.closest(".combo-list [role=option]");
    if (option) { choose(document.getElementById(option.closest(".combo-list").dataset.combo), option); return; }
    const combo = of(event.target);
    if (!combo) return;
    const taken = event.target.closest(".chip");
    if (taken) { drop(combo, taken.dataset.value); return; }
    const { input, list } = parts(combo);
    input.focus();
    if (!isOpen(list)) look(combo, "", 0);
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches?.(".combo-input")) look(of(event.target), event.target.value, 180);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.(".combo-input")) event.target.select();
  });
  document.addEventListener("focusout", (event) => {
    if (event.target.matches?.(".combo-input")) close(of(event.target));
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.(".combo-input") || event.isComposing) return;
    const combo = of(event.target);
    const { input, list, values } = parts(combo);
    const found = shown(list);
    const at = found.findIndex((option) => option.classList.contains("marked"));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const keys = waiting.get(combo);
    if (step) {
      event.preventDefault();
      if (!isOpen(list)) unfold(combo);
      else if (keys) keys.steps += step;
      else mark(combo, found[(at + step + found.length) % found.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!isOpen(list)) unfold(combo);
      else if (keys) keys.taken = true;
      else if (found[at]) choose(combo, found[at]);
    } else if (event.key === "Escape" && isOpen(list)) {
      event.preventDefault();
      event.stopPropagation();
      close(combo);
    } else if (event.key === "Backspace" && !input.value && combo.hasAttribute("data-multi") && values.lastElementChild) {
      drop(combo, values.lastElementChild.value);
    }
  }, true);
  addEventListener("scroll", (event) => {
    if (event.target.closest?.(".combo-list")) return;
    document.querySelectorAll(".combo").forEach((combo) => { if (isOpen(parts(combo).list)) place(combo); });
  }, true);
})();
