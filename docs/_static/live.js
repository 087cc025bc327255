// Widgets without a kernel: when one comes near the window, its state and its front end are loaded and painted.
const live = (() => {
  const fronts = {}, states = {}, loaded = {};
  const base = new URL("live/", document.currentScript.src).href;

  function load(file) {
    return (loaded[file] ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      Object.assign(script, { src: base + file, onload: done, onerror: failed });
      document.head.append(script);
    }));
  }

  function bytes(text) {
    return new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  }

  function modelOf({ plain, binary }) {
    const state = { ...plain }, handlers = {};
    for (const [path, text] of binary) {
      let at = state;
      for (const key of path.slice(0, -1)) at = at[key] ??= [];
      at[path[path.length - 1]] = bytes(text);
    }
    return {
      get: (name) => state[name],
      set(name, value) {
        if (state[name] === value) return;
        state[name] = value;
        for (const act of [...(handlers[`change:${name}`] ?? [])]) act();
      },
      save_changes() {},
      send() {},
      on: (name, act) => (handlers[name] ??= []).push(act),
      off: (name, act) => (handlers[name] = (handlers[name] ?? []).filter((each) => each !== act)),
    };
  }

  async function show(place) {
    const { name, front } = place.dataset;
    await Promise.all([load(`front-${front}.js`), load(`${name}.js`)]);
    const view = document.createElement("div");
    view.className = "live-view";
    place.prepend(view);
    fronts[front].render({ model: modelOf(states[name]), el: view });
    place.classList.add("live-painted");
  }

  // The widgets know the themes of JupyterLab; the page says which of them it has.
  function theme() {
    const { theme } = document.body.dataset;
    const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.body.dataset.jpThemeLight = String(!dark);
  }

  addEventListener("DOMContentLoaded", () => {
    theme();
    new MutationObserver(theme).observe(document.body, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", theme);
    const near = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        show(target).catch((error) => console.error(`The figure ${target.dataset.name} stays still:`, error));
      }
    }, { rootMargin: "600px" });
    for (const place of document.querySelectorAll(".live")) near.observe(place);
  });

  return {
    front(name, css, made) {
      const style = document.createElement("style");
      style.textContent = css;
      document.head.append(style);
      fronts[name] = made;
    },
    state: (name, data) => (states[name] = data),
  };
})();
