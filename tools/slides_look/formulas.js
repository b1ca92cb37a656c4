// MathJax is in this page, fonts and all: it is told so before it starts.

{
  const { MathJax, rgFonts } = window;
  const faces = MathJax._.output.chtml.fonts.tex_ts.TeXFont.defaultFonts;
  for (const face of Object.values(faces)) {
    const name = face.src?.match(/[\w-]+\.woff/)[0];
    if (name) face.src = rgFonts[name] ? `url("${rgFonts[name]}") format("woff")` : "local(serif)";
  }
  MathJax.startup.defaultReady();
  MathJax.startup.promise.then(() => document.fonts.ready).then(() => dispatchEvent(new Event("resize")));
}
