// Optional: the reference works without this script. Adds a button to copy each block of code, applies a chosen language to
// all examples, and moves to the search field with "/".
"use strict";

{
  const docs = document.querySelector(".docs");

  const addCopyButton = (block) => {
    let place = block.parentElement;
    if (!place.classList.contains("code")) {
      place = document.createElement("div");
      place.className = "code";
      block.replaceWith(place);
      place.append(block);
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.lang = document.documentElement.lang;
    button.textContent = docs.dataset.copy;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(block.textContent);
        button.textContent = docs.dataset.copied;
        setTimeout(() => { button.textContent = docs.dataset.copy; }, 2000);
      } catch {
        getSelection().selectAllChildren(block);
      }
    });
    place.append(button);
  };

  if (navigator.clipboard) {
    for (const block of docs.querySelectorAll("pre")) addCopyButton(block);
  }

  const stored = {
    get: () => { try { return localStorage.getItem("docs-language"); } catch { return null; } },
    set: (language) => { try { localStorage.setItem("docs-language", language); } catch { /* Not stored: chosen again. */ } },
  };
  const choose = (language) => {
    for (const radio of docs.querySelectorAll(".tabs input")) {
      if (radio.value === language) radio.checked = true;
    }
  };
  docs.addEventListener("change", (event) => {
    if (!event.target.matches(".tabs input")) return;
    // The examples above may change their height; the one that was clicked stays where it is.
    const before = event.target.parentElement.getBoundingClientRect().top;
    choose(event.target.value);
    scrollBy(0, event.target.parentElement.getBoundingClientRect().top - before);
    stored.set(event.target.value);
  });
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked) stored.set(asked);
  else if (stored.get()) choose(stored.get());

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    document.getElementById("docs-search").focus();
  });
}
