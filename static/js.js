// Before anything is shown: there is JavaScript.
document.documentElement.classList.add("js");
