/** The editor of a post: a file that has arrived whole is put into the post. */

document.addEventListener("upload-sent", (event) => {
  const form = document.querySelector("#attach");
  const upload = /** @type {CustomEvent} */ (event).detail.upload;
  if (!(form instanceof HTMLFormElement)) return;
  const field = form.elements.namedItem("upload");
  if (field instanceof HTMLInputElement) field.value = upload;
  form.requestSubmit();
});
