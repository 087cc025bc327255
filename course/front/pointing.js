// Keys and pointer: what a hand does to the view.

/** What each key does; a key that is not here is left to the page. */
export function pressed(view, event) {
  const tag = event.target.tagName;
  if (tag === "SELECT" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (tag === "BUTTON" && (event.key === " " || event.key === "Enter")) return;
  const stride = event.shiftKey ? 10 : 1;
  const acts = {
    " ": () => view.player.toggle(),
    ArrowRight: () => view.player.by(stride),
    ArrowLeft: () => view.player.by(-stride),
    Home: () => view.player.seek(0),
    End: () => view.player.seek(view.steps),
    "[": () => view.rotate(-0.12, 0),
    "]": () => view.rotate(0.12, 0),
  };
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

/** Placing the start with a click, dragging it over the map, or turning the surface round its axis. */
export class Hand {
  constructor(view, on) {
    this.view = view;
    this.stage = view.stage;
    const { box } = this.stage;
    on(box, "pointerdown", (event) => this.grab(event));
    on(box, "pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) on(box, name, () => this.release());
  }

  grab(event) {
    const { view, stage } = this;
    const [x, y] = [event.offsetX, event.offsetY];
    if (stage.flat) {
      if (stage.fixed || !(stage.onMap(x, y) || stage.overStart(x, y))) return;
      this.dragging = { start: true };
      this.put(x, y); // also on the ring: the next start may be as near
    } else {
      this.dragging = { x, y };
      view.turn.on = false;
    }
    stage.box.setPointerCapture(event.pointerId);
    stage.box.classList.add("descent-grabbing");
  }

  drag(event) {
    const { view, stage } = this;
    const [x, y] = [event.offsetX, event.offsetY];
    if (!this.dragging) {
      const over = !stage.flat || stage.overStart(x, y);
      stage.box.style.cursor = over ? "grab" : stage.onMap(x, y) && !stage.fixed ? "crosshair" : "";
      return;
    }
    if (this.dragging.start) {
      this.put(x, y);
    } else {
      view.rotate((this.dragging.x - x) * 0.009, (y - this.dragging.y) * 0.006);
      this.dragging = { x, y };
    }
  }

  put(x, y) {
    this.view.share({ start: this.stage.unplace(x, y) });
    this.view.paintSoon();
  }

  release() {
    this.dragging = null;
    this.stage.box.classList.remove("descent-grabbing");
  }
}
