/** The slider of the matrix: each stop is a moment, and the matrix of that moment takes its place. */

const slider = document.querySelector("[data-slider]");

/** @param {HTMLInputElement} input */
function stopOf(input) {
  return input.list.options[Number(input.value)];
}

/** @param {HTMLInputElement} input */
function name(input) {
  const { label } = stopOf(input);
  input.setAttribute("aria-valuetext", label);
  document.getElementById("stop-name").textContent = label;
}

if (slider instanceof HTMLInputElement) {
  slider.closest("[hidden]").hidden = false;
  name(slider);
  slider.addEventListener("input", () => name(slider));
  slider.addEventListener("change", () => {
    const at = slider.form.elements.namedItem("at");
    at.value = stopOf(slider).dataset.at;
    slider.form.requestSubmit();
  });
}
