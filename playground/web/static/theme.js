// Runs before the first paint: a chosen theme must not flash the other one.
const theme = localStorage.getItem("theme");
if (theme) document.documentElement.dataset.theme = theme;
