// Before the first paint, so that a dark page never flashes white: what the person chose, else what the system says.
const chosen = localStorage.getItem("scanwright.theme");
const theme = chosen ? JSON.parse(chosen) : "system";
const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.dataset.theme = dark ? "dark" : "light";
