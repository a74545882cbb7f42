//! Code laid out in lines that fit a learner's screen.
//!
//! A literal stays on one line where it fits and is otherwise broken, outermost brackets first:
//!
//! ```text
//! Key: { id: { S: "1" } },          Item: {
//!                                     id: { S: "1" },
//!                                     name: { S: "Rachel" },
//!                                   },
//! ```
//!
//! Invariant: layout adds only spaces, line feeds and (where a language has them) trailing commas
//! between the tokens it was given; a token is never cut.

use unicode_width::UnicodeWidthStr as _;

/// Columns a line of code may take, so that it is read without scrolling at 80 columns.
const WIDTH: usize = 74;

/// A piece of code that may be broken into lines.
#[derive(Debug, Clone)]
pub(super) enum Doc {
    /// Tokens that stay together.
    Token(String),
    /// Something in front of a piece: `TableName: `, `.item(`.
    Labelled(String, Box<Doc>),
    Brackets(Brackets),
    /// A chain of calls, each on its own line where they don't fit on one.
    Chain {
        head: String,
        calls: Vec<Doc>,
    },
}

/// A list between brackets.
#[derive(Debug, Clone)]
pub(super) struct Brackets {
    pub open: String,
    pub items: Vec<Doc>,
    pub close: &'static str,
    /// A space inside the brackets when all is on one line, as in `{ a: 1 }`.
    pub padded: bool,
    /// A comma after the last item when it stands on its own line.
    pub trailing_comma: bool,
}

/// How code of one language is indented.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// Spaces of one level.
    pub step: usize,
    /// The most columns a chain of calls takes on one line.
    pub chain: usize,
}

impl Doc {
    pub(super) fn token(text: impl Into<String>) -> Self {
        Self::Token(text.into())
    }

    pub(super) fn labelled(label: impl Into<String>, doc: Self) -> Self {
        Self::Labelled(label.into(), Box::new(doc))
    }

    /// The piece on one line.
    fn flat(&self) -> String {
        match self {
            Self::Token(text) => text.clone(),
            Self::Labelled(label, doc) => format!("{label}{}", doc.flat()),
            Self::Brackets(brackets) => {
                let items: Vec<_> = brackets.items.iter().map(Self::flat).collect();
                let pad = if brackets.padded && !items.is_empty() {
                    " "
                } else {
                    ""
                };
                let items = items.join(", ");
                format!("{}{pad}{items}{pad}{}", brackets.open, brackets.close)
            }
            Self::Chain { head, calls } => {
                let calls: String = calls.iter().map(Self::flat).collect();
                format!("{head}{calls}")
            }
        }
    }
}

impl Layout {
    /// Appends `doc` to `code`, whose current line is indented by `indent`; `after` columns must
    /// stay free behind it for what closes the line.
    pub(super) fn write(self, code: &mut String, doc: &Doc, indent: usize, after: usize) {
        let column = code.rsplit('\n').next().unwrap_or_default().width();
        let flat = doc.flat();
        let too_long_a_chain = matches!(doc, Doc::Chain { .. }) && flat.width() > self.chain;
        if column + flat.width() + after <= WIDTH && !flat.contains('\n') && !too_long_a_chain {
            code.push_str(&flat);
            return;
        }
        let inner = indent + self.step;
        match doc {
            Doc::Token(text) => code.push_str(text),
            Doc::Labelled(label, doc) => {
                code.push_str(label);
                self.write(code, doc, indent, after);
            }
            Doc::Brackets(brackets) if brackets.items.is_empty() => code.push_str(&flat),
            Doc::Brackets(brackets) => {
                code.push_str(&brackets.open);
                for (index, item) in brackets.items.iter().enumerate() {
                    new_line(code, inner);
                    self.write(code, item, inner, 1);
                    if index + 1 < brackets.items.len() || brackets.trailing_comma {
                        code.push(',');
                    }
                }
                new_line(code, indent);
                code.push_str(brackets.close);
            }
            Doc::Chain { head, calls } => {
                code.push_str(head);
                for call in calls {
                    new_line(code, inner);
                    self.write(code, call, inner, 1);
                }
            }
        }
    }
}

/// Starts a line with `indent` spaces.
pub(super) fn new_line(code: &mut String, indent: usize) {
    code.push('\n');
    code.extend(std::iter::repeat_n(' ', indent));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(items: Vec<Doc>) -> Doc {
        Doc::Brackets(Brackets {
            open: "[".into(),
            items,
            close: "]",
            padded: false,
            trailing_comma: true,
        })
    }

    fn laid_out(doc: &Doc) -> String {
        let mut code = String::new();
        Layout { step: 2, chain: 20 }.write(&mut code, doc, 0, 0);
        code
    }

    #[test]
    fn what_fits_stays_on_its_line() {
        let short = list(vec![Doc::token("1"), Doc::token("2")]);
        assert_eq!(laid_out(&short), "[1, 2]");
        assert_eq!(laid_out(&list(vec![])), "[]");
    }

    #[test]
    fn what_does_not_fit_is_broken_from_the_outside() {
        let long = Doc::token("x".repeat(60));
        let doc = Doc::labelled(
            "a = ",
            list(vec![list(vec![Doc::token("1")]), long.clone(), long]),
        );
        let x = "x".repeat(60);
        assert_eq!(laid_out(&doc), format!("a = [\n  [1],\n  {x},\n  {x},\n]"));
    }

    #[test]
    fn wide_characters_count_twice() {
        let doc = list(vec![Doc::token("猫".repeat(36)), Doc::token("1")]);
        assert!(laid_out(&doc).contains('\n'));
    }

    #[test]
    fn a_long_chain_is_a_call_a_line() {
        let call = |text: &str| Doc::token(text);
        let chain = Doc::Chain {
            head: "Key::builder()".into(),
            calls: vec![call(".name(\"a\")"), call(".build()")],
        };
        assert_eq!(
            laid_out(&chain),
            "Key::builder()\n  .name(\"a\")\n  .build()"
        );
    }
}
