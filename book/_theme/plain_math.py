"""Sphinx extension: formulas that can be read where no script sets them.

Beside its TeX each formula carries the same in plain letters, `T_c = 2/ln(1 + √2)`, in an attribute
that a style sheet shows when scripts are off. That is a tenth of what MathML weighs, and with
scripts nothing changes. Formulas and what they say are not translated, and run from left to right.
"""

import re
from html import escape, unescape

SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "ϕ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Lambda": "Λ", "Sigma": "Σ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "times": "×", "cdot": "·", "pm": "±", "mp": "∓",
    "approx": "≈", "simeq": "≃", "sim": "~", "equiv": "≡", "propto": "∝", "le": "≤", "leq": "≤",
    "ge": "≥", "geq": "≥", "ll": "≪", "gg": "≫", "ne": "≠", "neq": "≠", "to": "→", "infty": "∞",
    "rightarrow": "→", "longrightarrow": "→", "mapsto": "↦", "in": "∈", "notin": "∉", "cup": "∪",
    "partial": "∂", "nabla": "∇", "sum": "Σ", "prod": "Π", "int": "∫", "langle": "⟨", "dagger": "†",
    "rangle": "⟩", "ldots": "…", "dots": "…", "cdots": "…", "mid": "|", "vert": "|", "Vert": "‖",
    "uparrow": "↑", "downarrow": "↓", "ell": "ℓ", "hbar": "ℏ", "star": "*", "ast": "*", "circ": "∘",
    "otimes": "⊗", "oplus": "⊕", "lbrace": "{", "rbrace": "}", "quad": "  ", "qquad": "   ",
    "perp": "⊥", "parallel": "∥", "lvert": "|", "rvert": "|", "lVert": "‖", "rVert": "‖",
    "Rightarrow": "⇒", "Leftrightarrow": "⇔", "forall": "∀", "subset": "⊂", "colon": ":",
}  # fmt: skip
RAISED = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
GROUP = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"  # braces, with braces inside, twice
BARE = "left right big Big bigl bigr Bigl Bigr bigg Bigg biggl biggr displaystyle limits nonumber"
WRAPS = "text mathrm mathbf mathcal mathbb boldsymbol operatorname textstyle textbf mathsf textrm"

INLINE = re.compile(r'<span class="math([^"]*)">\\\((.*?)\\\)</span>', re.DOTALL)
DISPLAY = re.compile(r'<div class="math([^"]*)"((?: id="[^"]*")?)>\n?(.*?)</div>', re.DOTALL)


def setup(app):
    app.connect("html-page-context", say_plainly)
    return {"version": "1.0", "parallel_read_safe": True, "parallel_write_safe": True}


def say_plainly(app, pagename, templatename, context, doctree):
    body = context.get("body")
    if not body or 'class="math' not in body:
        return
    body = INLINE.sub(lambda m: marked("span", m[1], "", m[2], rf"\({m[2]}\)"), body)
    context["body"] = DISPLAY.sub(display, body)


def display(found):
    kind, name, inside = found.groups()
    tex = re.search(r"\\\[(.*)\\\]", inside, re.DOTALL)
    return marked("div", kind, name, tex[1], inside) if tex else found[0]


def marked(tag, kind, name, tex, inside):
    words = escape(plain(unescape(tex)))
    return (
        f'<{tag} class="math{kind}"{name} translate="no" dir="ltr" data-plain="{words}">'
        f"{inside}</{tag}>"
    )


def plain(tex):
    """TeX in plain letters: not typeset, but readable."""
    text = re.sub(r"\\(begin|end)\{[^}]*\}(\{[lcr|]*\})?|\\label\{[^}]*\}|(?<!\\)&", " ", tex)
    text = re.sub(r"\\(?:\\(?:\[[^]]*\])?|tag\b)", "\n", text)
    text = re.sub(rf"\\(?:{BARE.replace(' ', '|')})(?![A-Za-z])[.]?", "", text)
    text = re.sub(r"\\([{}%#&_$])", lambda m: {"{": "❴", "}": "❵"}.get(m[1], m[1]), text)
    text = re.sub(r"\\[,;:! ]|~|\\q?quad(?![A-Za-z])", " ", text)
    text = re.sub(r"(\\[A-Za-z]+)(?=\\)", r"\1 ", text)  # which end where the next begins
    text = re.sub(rf"\\(?:{WRAPS.replace(' ', '|')})\s+(?=\w)", "", text)
    before = None
    while before != text:  # from the inside out
        before = text
        text = re.sub(rf"\\(?:{WRAPS.replace(' ', '|')})\*?\s*{GROUP}", r"\1", text)
        text = re.sub(rf"\\[dt]?frac\s*{GROUP}\s*{GROUP}", quotient, text)
        text = re.sub(r"\\[dt]?frac\s*(\\[A-Za-z]+|\w)\s*(\w)", r"\1/\2", text)
        text = re.sub(rf"\\sqrt\s*{GROUP}", lambda m: "√" + bracketed(m[1]), text)
        text = re.sub(r"\\sqrt\s*(\w)", r"√\1", text)
        text = re.sub(rf"\\(?:tilde|widetilde)\s*{GROUP}", "\\1\u0303", text)
        text = re.sub(rf"\\(?:hat|widehat)\s*{GROUP}", "\\1\u0302", text)
        text = re.sub(rf"\\(?:bar|overline)\s*{GROUP}", "\\1\u0304", text)
        text = re.sub(rf"\\(?:under|over)(?:brace|set|line)\s*{GROUP}", r"\1", text)
    text = re.sub(r"\\([A-Za-z]+)", lambda m: SYMBOLS.get(m[1], f" {m[1]}"), text)
    text = re.sub(rf"([\^_])(?:{GROUP}|(\S))", script, text)
    text = text.replace("{", "").replace("}", "").replace("❴", "{").replace("❵", "}")
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.replace("\\", "").splitlines())
    return re.sub(r" ([,.;)⟩])|([(⟨]) ", r"\1\2", "\n".join(line for line in lines if line))


def bracketed(text):
    """In brackets, where it is more than one thing."""
    return text if re.fullmatch(r"\\?\w+|\w(?:_\w)?", text.strip()) else f"({text.strip()})"


def quotient(found):
    return f"{bracketed(found[1])}/{bracketed(found[2])}"


def script(found):
    """A raised or lowered part: small where there are such letters, else behind its sign."""
    sign, text = found[1], (found[2] if found[2] is not None else found[3]).strip()
    table = RAISED if sign == "^" else LOWERED
    if all(ord(letter) in table for letter in text):
        return text.translate(table)
    if text in ("\u2032", "\\prime"):
        return "\u2032"
    return sign + (text if re.fullmatch(r"\w+|[^\w\s]", text) else f"({text})")
