// A trained network looks at a running lattice; beside it a reader that knows |m| alone.

import ising from "../ising.wasm";
import networks from "../networks.wasm";
import { element, fromBase64, number } from "./dom.js";
import { widget } from "./figure.js";
import { Lattice } from "./lattice.js";
import { Scene } from "./scene.js";

const SHADES = 64; // of a map, from nothing to the most a channel can say
const APART = 0.4; // from here on the readers are said to disagree

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

class Network {
  /** A network as `for_page` of network_lab.py has laid it out, for lattices of side L. */
  constructor(kernels, L, { weights, widths, channels, n_hidden, brightest }) {
    Object.assign(this, { kernels, n_hidden, brightest });
    const values = fromBase64(weights, Float32Array);
    let at = 0;
    const take = (length) => {
      const address = kernels.allocate("float32", length);
      kernels.view("float32", address, length).set(values.subarray(at, at + length));
      at += length;
      return address;
    };
    this.input = kernels.allocate("float32", L * L);
    let [side, nIn] = [L, 1];
    this.layers = channels.map((nOut, l) => {
      const width = widths[Math.min(l, 1)];
      const layer = { side, width, nIn, nOut, kernel: take(width * width * nIn * nOut), bias: take(nOut) };
      [side, nIn] = [side / 2, nOut];
      return { ...layer, maps: kernels.allocate("float32", side * side * nOut) };
    });
    Object.assign(this, { sites: side * side, nLast: nIn });
    this.head = [nIn * n_hidden, n_hidden, n_hidden, 1].map(take);
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
    kernels.classifier_head(maps, this.sites, this.nLast, this.n_hidden, ...this.head, this.means, this.logit);
    return kernels.view("float32", this.logit, 1)[0];
  }

  /** What a `Painter` draws of one channel of the first layer. */
  picture(channel) {
    const { side, nOut, maps } = this.layers[0];
    const n = side / 2;
    const values = this.kernels.view("float32", maps, n * n * nOut);
    const shade = (value) => Math.round((SHADES * value) / this.brightest[channel]);
    return {
      values: Uint8Array.from({ length: n * n }, (_, i) => shade(values[i * nOut + channel])),
      n,
      most: SHADES,
    };
  }
}

class NetworkScene extends Scene {
  stays = ["T"];

  constructor(model, ising, kernels) {
    super(model);
    this.lattice = new Lattice(ising, model.get("L"), 0, this.constants);
    this.net = new Network(kernels, model.get("L"), this.constants);
    this.spins = this.view("the lattice");
    this.maps = Array.from({ length: this.constants.channels[0] }, (_, c) => this.view(`map ${c + 1}`));
    const maps = this.panels(this.maps);
    maps.style.cssText = "--panels: 3; align-content: start";
    const pictures = element("div", { class: "rgw-pair" }, this.panels([this.spins], { narrow: false }), maps);
    this.build(element("div", {}, pictures, element("div", { style: "margin-top: 1rem" }, this.chances.root)));
    this.reset();
  }

  // ---------------------------------------------------------------- physics

  step() {
    this.lattice.heatBath();
    this.look();
    return 1;
  }

  /** Both readers look at the lattice as it is. */
  look() {
    const [slope, offset] = this.constants.line;
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
    if (trait === "T") this.lattice.equilibrate({ T: this.T, h: 0 });
  }

  settled() {
    this.forget();
    this.look();
  }

  // ----------------------------------------------------------------- picture

  draw() {
    const { lattice, net, chances, last } = this;
    const { T } = lattice.at;
    const { critical, curves } = this.constants;
    this.paint(this.spins, lattice.picture(0));
    for (const [c, map] of this.maps.entries()) this.paint(map, net.picture(c), "ink", "bg");
    chances.begin();
    chances.vertical(critical, { colour: "critical", width: 1, dash: [4, 4] });
    chances.line(
      curves.T.map((t, i) => [t, curves.reader[i]]),
      { colour: "hot", dash: [6, 4] },
    );
    chances.line(
      curves.T.map((t, i) => [t, curves.network[i]]),
      { width: 1.8 },
    );
    chances.text(chances.x.high, 0.9, "network", { align: "right", dx: -2 });
    chances.text(chances.x.high, 0.75, "- - |m| alone", { colour: "hot", align: "right", dx: -2 });
    for (const [key, hollow] of [
      ["reader", true],
      ["network", false],
    ]) {
      chances.dot(T, last[key], { radius: 3, hollow, colour: "muted" });
      if (this.looks) chances.dot(T, this.sums[key] / this.looks, { radius: 6, hollow });
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
      `Ising lattice of ${this.lattice.L} by ${this.lattice.L} spins at T = ${T}, |m| = ${m}, and the ` +
      `${this.maps.length} maps of the network's first layer. The network gives \u201cordered\u201d a probability of ` +
      `${network}, a reader of |m| alone ${reader}. ${this.say()}`
    );
  }
}

export default widget(NetworkScene, ising, networks);
