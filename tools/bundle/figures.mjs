// Bundles the figures:
//   node figures.mjs <sources> <folder for the figures> <script of the pages> <script that checks answers>
//     <folder for scripts of one figure>
// Each figure becomes one ES module with its kernels inside, as anywidget wants it in a notebook, and
// one plain script, with what mounts it, for the pages of the book that show it, which run from file://
// too. The script of the pages has all of them, for where any may be asked for.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const [source, figuresFolder, pageScript, answersScript, onesFolder] = process.argv.slice(2);
const names = readdirSync(source)
  .filter(
    (name) => name.endsWith(".js") && readFileSync(join(source, name), "utf8").includes("\nexport default widget("),
  )
  .map((name) => basename(name, ".js"))
  .sort();

const shared = {
  bundle: true,
  minify: true,
  charset: "utf8",
  target: "es2022",
  legalComments: "none",
  loader: { ".wasm": "binary" },
};

/** A module `figures` with those of these names. */
function listOf(chosen) {
  const lines = chosen.map((name) => `import ${name} from ${JSON.stringify(join(source, `${name}.js`))};`);
  const contents = `${lines.join("\n")}\nexport default { ${chosen.join(", ")} };`;
  return {
    name: "figures",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^figures$/ }, () => ({ path: "figures", namespace: "list" }));
      onLoad({ filter: /.*/, namespace: "list" }, () => ({ contents, resolveDir: source }));
    },
  };
}

const page = { ...shared, format: "iife", entryPoints: [join(source, "page.js")] };

await build({
  ...shared,
  format: "esm",
  entryPoints: names.map((name) => join(source, `${name}.js`)),
  outdir: figuresFolder,
});
await build({ ...page, plugins: [listOf(names)], outfile: pageScript });
for (const name of names) await build({ ...page, plugins: [listOf([name])], outfile: join(onesFolder, `${name}.js`) });
await build({ ...page, entryPoints: [join(source, "self_check.js")], outfile: answersScript });
