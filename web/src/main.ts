import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import "./controls.css";

const target = document.getElementById("page");
if (!target) throw new Error("expected an element with the id `page` in index.html");
mount(App, { target });
