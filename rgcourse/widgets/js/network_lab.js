// A trained network looks at a running lattice; beside it a reader that knows |m| alone.

import { CRITICAL_TEMPERATURE, Lattice, pixel } from "./lattice.js";
import { view } from "./views.js";
import { decodeBase64 } from "./wasm.js";
import { Scene, element, number, renders } from "./figure.js";
import { Plot } from "./plot.js";

const SHADES = 64; // of a map, from nothing to the most a channel can say
const WIDTHS = [3, 2]; // of the kernels: in the first layer, in the others
const APART = 0.4; // from here on the readers are said to disagree

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

class Network {
  /** Weights as `rgcourse.widgets.network_lab.packed` has laid them out. */
  constructor(kernels, L, channels, nHidden, weights) {
    Object.assign(this, { kernels, L, nHidden });
    const bytes = decodeBase64(weights);
    const values = new Float32Array(bytes.buffer);
    let at = 0;
    const take = (length) => {
      const address = kernels.allocate("float32", length);
      kernels.view("float32", address, length).set(values.subarray(at, (at += length)));
      return address;
    };
    this.input = kernels.allocate("float32", L * L);
    let [side, nIn] = [L, 1];
    this.layers = channels.map((nOut, l) => {
      const width = WIDTHS[Math.min(l, 1)];
      if (l === 0) this.most = brightest(values, width * width, nOut);
      const layer = { side, width, nIn, nOut, kernel: take(width * width * nIn * nOut), bias: take(nOut) };
      [side, nIn] = [side / 2, nOut];
      return { ...layer, maps: kernels.allocate("float32", side * side * nOut) };
    });
    Object.assign(this, { sites: side * side, nLast: nIn });
    this.head = [nIn * nHidden, nHidden, nHidden, 1].map(take);
    this.means = kernels.allocate("float32", nIn);
    this.logit = kernels.allocate("float32", 1);
  }

  /** The logit of "ordered" for spins of +1 and -1. */
  look(spins) {
    const { kernels } = this;
    kernels.view("float32", this.input, spins.length).set(spins);
    let maps = this.input;
    for (const layer of this.layers) {
      kernels.conv_relu(maps, layer.side, layer.width, layer.nIn, layer.nOut, layer.kernel, layer.bias, layer.maps);
      maps = layer.maps;
    }
    kernels.classifier_head(maps, this.sites, this.nLast, this.nHidden, ...this.head, this.means, this.logit);
    return kernels.view("float32", this.logit, 1)[0];
  }

  /** What a `Painter` draws of one channel of the first layer. */
  picture(channel) {
    const { side, nOut, maps } = this.layers[0];
    const n = side / 2;
    const values = this.kernels.view("float32", maps, n * n * nOut);
    const shades = Uint8Array.from({ length: n * n }, (_, i) => Math.round((SHADES * values[i * nOut + channel]) / this.most[channel]));
    return { values: shades, n, most: SHADES };
  }
}

/** The largest value each channel of the first layer can have, for any spins. */
function brightest(values, taps, nOut) {
  return Array.from({ length: nOut }, (_, c) => {
    let sum = values[taps * nOut + c];
    for (let i = 0; i < taps; i++) sum += Math.abs(values[i * nOut + c]);
    return Math.max(sum, 1e-6);
  });
}

class NetworkScene extends Scene {
  constructor(model, ising, kernels) {
    super(model, "T");
    const L = model.get("L");
    this.lattice = new Lattice(ising, L, 0);
    this.net = new Network(kernels, L, model.get("channels"), model.get("n_hidden"), model.get("weights"));
    this.reset();
    this.buildStage(model.get("channels")[0]);
    this.buildControls(L);
  }

  buildStage(nMaps) {
    const [low, high] = this.model.get("T_range");
    this.spins = view("the lattice");
    this.maps = Array.from({ length: nMaps }, (_, c) => view(`map ${c + 1}`));
    this.plot = new Plot({
      x: { label: "temperature T", low, high },
      y: { label: "probability of \u201cordered\u201d", low: 0, high: 1.12 },
      drop: (T) => this.figure.set({ T: Number(T.toFixed(3)) }),
    });
    this.parts = [this.spins.painter, ...this.maps.map((map) => map.painter), this.plot];
    const [lattice, maps] = [element("div", { class: "rgw-panels", style: "--panels: 1" }, this.spins.root),
      element("div", { class: "rgw-panels rgw-three", style: "--panels: 3; align-content: start" }, ...this.maps.map((map) => map.root))];
    this.stage = element("div", { class: "rgw-stage", role: "img" }, element("div", { class: "rgw-pair" }, lattice, maps),
      element("div", { style: "margin-top: 1rem" }, this.plot.root),
    );
  }

  buildControls(L) {
    const [low, high] = this.model.get("T_range");
    this.readouts = { T: "T", m: "|m|", network: "network", reader: "|m| reader" };
    this.sliders = [{
      trait: "T", name: "temperature", label: "Temperature", low, high, step: 0.01, fine: 0.001,
      text: (T) => number(T, 3), scale: "rgw-heat", mark: [CRITICAL_TEMPERATURE, "Tc"],
    }];
    this.keys = { c: ["critical", () => this.figure.set({ T: CRITICAL_TEMPERATURE })] };
    this.legend =
      `Left, ${L} \u00d7 ${L} spins under heat-bath sweeps (light up, dark down); right, the maps of the first layer, marked where a channel answers. ` +
      "Below, what the network (full line, full dot) and a reader of |m| alone (dashed, ring) say on average, and what they say now (small marks). " +
      "Trained on this page; rgcourse.networks, compiled.";
  }

  step() {
    this.lattice.heatBath();
    this.look();
    return 1;
  }

  /** Both readers look at the lattice as it is. */
  look() {
    const [slope, offset] = this.model.get("reader_weights");
    const m = Math.abs(this.lattice.magnetization());
    this.last = { m, network: sigmoid(this.net.look(this.lattice.spins(0))), reader: sigmoid(slope * m + offset) };
    this.looks++;
    for (const key of ["network", "reader"]) this.sums[key] += this.last[key];
  }

  forget() {
    this.looks = 0;
    this.sums = { network: 0, reader: 0 };
  }

  reset() {
    this.lattice.start(this.model.get("seed_words"), this.T, 0);
    this.forget();
    this.look();
  }

  changed(trait) {
    if (trait !== "T") return;
    this.lattice.set(this.T, 0);
    this.forget();
  }

  recolour(colour) {
    super.recolour(colour);
    this.inks = Object.fromEntries(["up", "down", "ink", "bg"].map((name) => [name, pixel(colour(name))]));
  }

  draw() {
    const { lattice, net, plot, inks, T, last } = this;
    this.spins.painter.draw(lattice.picture(0), inks.up, inks.down);
    this.maps.forEach(({ painter }, c) => painter.draw(net.picture(c), inks.ink, inks.bg));
    const curves = this.model.get("curves");
    plot.begin(this.colour);
    plot.line([[CRITICAL_TEMPERATURE, 0], [CRITICAL_TEMPERATURE, 1]], { colour: "critical", width: 1, dash: [4, 4] });
    plot.line(curves.T.map((t, i) => [t, curves.reader[i]]), { colour: "hot", dash: [6, 4] });
    plot.line(curves.T.map((t, i) => [t, curves.network[i]]), { colour: "ink", width: 1.8 });
    plot.text(plot.x.high, 0.9, "network", { align: "right", dx: -2 });
    plot.text(plot.x.high, 0.75, "- - |m| alone", { colour: "hot", align: "right", dx: -2 });
    for (const [key, hollow] of [["reader", true], ["network", false]]) {
      plot.dot(T, last[key], { radius: 3, hollow, colour: "muted" });
      if (this.looks) plot.dot(T, this.sums[key] / this.looks, { radius: 6, hollow });
    }
  }

  read() {
    const { T, last } = this;
    return { T: number(T, 3), m: number(last.m, 3), network: number(last.network, 2), reader: number(last.reader, 2) };
  }

  say() {
    const { network, reader } = this.last;
    if (Math.abs(network - reader) < APART) return "";
    return network > reader ? "The network sees order that |m| does not show." : "The network does not trust this |m|.";
  }

  report() {
    const { m, network, reader } = this.last;
    return { magnetization: m, network, reader };
  }

  words() {
    const { T, m, network, reader } = this.read();
    return (
      `Ising lattice of ${this.lattice.L} by ${this.lattice.L} spins at T = ${T}, |m| = ${m}, and the ${this.maps.length} maps of the network's first layer. ` +
      `The network gives \u201cordered\u201d a probability of ${network}, a reader of |m| alone ${reader}. ${this.say()}`
    );
  }
}

const render = renders(NetworkScene, "ising", "networks");

export default { render };
