"use strict";

const greet = (user) => {
  document.getElementById("greeting").textContent = user ? `Hello, ${user.name}!` : "Who are you?";
  document.getElementById("call").disabled = !user;
};

document.addEventListener("neuralbox:signin", ({ detail }) => greet(detail.user));
document.addEventListener("neuralbox:signout", () => greet(null));
document.addEventListener("neuralbox:error", ({ detail }) => {
  document.getElementById("answer").textContent = `${detail.code}: ${detail.message}`;
});

document.addEventListener("DOMContentLoaded", () => {
  const { dataset, src } = document.querySelector("script[data-client]");
  // A token is for one API: that of the backend, or that of the service.
  const target = dataset.resource ? "/api/me" : new URL("/oauth2/userinfo", src);
  document.getElementById("call").addEventListener("click", async () => {
    const answer = document.getElementById("answer");
    try {
      const response = await NeuralBox.fetch(target);
      answer.textContent = `${response.status} ${await response.text()}`;
    } catch (error) {
      answer.textContent = `${error.code}: ${error.message}`;
    }
  });
});
