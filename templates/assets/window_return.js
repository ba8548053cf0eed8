// Hands the answer to the website that opened this window, and to no other: the browser delivers it only if the opener is
// still at the registered origin.
"use strict";

const answer = document.getElementById("answer");
if (answer && window.opener) {
  const { origin, ...fields } = answer.dataset;
  answer.remove();
  window.opener.postMessage({ type: "neuralbox:authorization", ...fields }, origin);
  window.close();
}
