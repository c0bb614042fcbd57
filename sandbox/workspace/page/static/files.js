// Files beside a message: chosen, dropped or pasted, each a chip until it is sent. In forms: uploaded once chosen.
"use strict";
(() => {
  const held = new WeakMap();
  // What is held belongs to one person in one conversation, which the field's id names.
  const files = (input) => (held.get(input)?.id === input.id ? held.get(input).files : []);

  const chip = (list, file, number) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "chip" });
    button.append(file.name);
    button.dataset.number = number;
    button.setAttribute("aria-label", list.dataset.remove.replace("%s", file.name));
    const item = document.createElement("li");
    item.append(button);
    return item;
  };
  const draw = (input) => {
    const list = input.form.querySelector(".attached");
    list.replaceChildren(...files(input).map((file, number) => chip(list, file, number)));
    list.hidden = !files(input).length;
  };
  const hold = (input, wanted) => {
    const carrier = new DataTransfer();
    wanted.forEach((file) => carrier.items.add(file));
    held.set(input, { id: input.id, files: wanted });
    input.files = carrier.files;
    draw(input);
    input.form.dispatchEvent(new Event("attached", { bubbles: true }));
  };
  const add = (input, more) => {
    hold(input, [...files(input), ...more]);
    input.form.elements.text.focus();
  };

  document.addEventListener("hold", (event) => hold(event.target, event.detail));
  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".composer [name=file]")) add(event.target, event.target.files);
  });
  document.addEventListener("click", (event) => {
    const attach = event.target.closest("[data-attach]");
    if (attach) attach.form.elements.file.click();
    const off = event.target.closest(".attached .chip");
    if (off) {
      const input = off.form.elements.file;
      hold(input, files(input).filter((_, number) => number !== Number(off.dataset.number)));
      input.form.elements.text.focus();
    }
    const drop = event.target.closest(".held .chip");
    if (drop) drop.closest("li").remove();
  });
  document.addEventListener("paste", (event) => {
    if (!event.target.matches?.(".composer textarea") || !event.clipboardData.files.length) return;
    event.preventDefault();
    add(event.target.form.elements.file, event.clipboardData.files);
  });

  // Dragging: over a conversation its composer says so; a file dropped elsewhere must not replace the page.
  const composer = (event) => event.target.closest?.(".pane:not(:has(dialog.modal))")?.querySelector(".composer");
  const field = (event) => event.target.closest?.("dialog.modal .file-field")?.querySelector("[type=file]");
  const calm = () => document.querySelectorAll(".dropping").forEach((form) => form.classList.remove("dropping"));
  const carries = (event) => event.dataTransfer?.types.includes("Files") && !event.target.matches?.("[type=file]");
  document.addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    const form = composer(event);
    if (!form?.classList.contains("dropping")) calm();
    form?.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) calm(); });
  document.addEventListener("drop", (event) => {
    calm();
    if (!carries(event)) return;
    event.preventDefault();
    const form = composer(event), chosen = field(event);
    if (chosen) {
      chosen.files = event.dataTransfer.files;
      chosen.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (form) add(form.elements.file, event.dataTransfer.files);
  });

  document.addEventListener("htmx:afterSettle", () => document.querySelectorAll(".composer [name=file]").forEach((input) => {
    if (input.files.length === files(input).length) draw(input);
    else hold(input, files(input));
  }));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.matches?.("dialog.modal [type=file]")) event.target.value = "";
  });
})();
