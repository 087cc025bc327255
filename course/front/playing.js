// Time: which step is shown, and what moves it.
const SECONDS = 12; // a whole run at speed 1
const drivers = new WeakMap(); // which view of a model moves its step, when there are several
const reduced = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

export class Player {
  constructor(view) {
    this.view = view;
    this.exact = view.model.get("step"); // between two steps while it plays
  }

  /** Whether this view is the one that moves the step. */
  get driving() {
    return this.view.model.get("playing") && drivers.get(this.view.model) === this;
  }

  toggle() {
    const { view } = this;
    if (view.model.get("playing")) return this.pause();
    if (this.exact >= view.steps) this.exact = 0;
    drivers.set(view.model, this);
    view.share({ playing: true, step: Math.floor(this.exact) });
  }

  play() {
    const { view } = this;
    if (!drivers.has(view.model)) drivers.set(view.model, this);
    if (this.exact >= view.steps) this.exact = 0;
    this.clock = 0;
    view.paintSoon();
  }

  pause() {
    const { view } = this;
    this.exact = Math.min(Math.round(this.exact), view.steps);
    view.hush();
    drivers.delete(view.model);
    view.share({ playing: false, step: this.exact });
    view.paintSoon();
  }

  /** The user chose a step: playing stops. */
  seek(step) {
    const { view } = this;
    this.exact = Math.min(Math.max(step, 0), view.steps);
    drivers.delete(view.model);
    if (view.model.get("playing")) view.model.set("playing", false);
    view.model.set("step", this.exact);
    view.shareSoon();
    view.paintSoon();
  }

  /** To the next whole step or the one before, or several. */
  by(steps) {
    this.seek((steps > 0 ? Math.floor(this.exact) : Math.ceil(this.exact)) + steps);
  }

  /** Somebody else chose a step. */
  moved(step, keep = false) {
    const { view } = this;
    if (!keep) this.exact = step;
    view.paintSoon();
  }

  advance(now) {
    const { view } = this;
    const passed = this.clock ? Math.min(now - this.clock, 100) : 0;
    if (reduced() && this.clock && now - this.clock < 250) return; // four still pictures a second
    const share = reduced() && this.clock ? now - this.clock : passed;
    this.clock = now;
    this.exact += (share / 1000) * (view.steps / SECONDS) * Number(view.parts.speed.value);
    if (reduced()) this.exact = Math.floor(this.exact + 0.5);
    if (this.exact >= view.steps) {
      this.exact = view.steps;
      this.pause();
      return;
    }
    const step = Math.floor(this.exact);
    if (step !== view.model.get("step")) {
      view.model.set("step", step);
      view.shareSoon();
    }
  }

  leave() {
    if (drivers.get(this.view.model) === this) drivers.delete(this.view.model);
  }
}
