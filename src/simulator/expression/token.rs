//! Expressions as tokens, and AWS's syntax error.
//!
//! Invariant: tokens are slices of the text, in order, without the white space between them.

use super::Reason;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// An attribute name, function name or one of the words of the grammar in another place.
    Word(&'t str),
    /// `#n`, with its sign.
    Name(&'t str),
    /// `:v`, with its sign.
    Value(&'t str),
    /// Digits: `0`, or a first digit that isn't 0 and all that follow.
    Digits(&'t str),
    /// An operator or a bracket.
    Sign(&'static str),
    /// A character that no expression can have.
    Unreadable(&'t str),
}

impl<'t> Token<'t> {
    /// Whether it is this word of the grammar, in any case.
    #[inline]
    pub(super) fn is_word(self, word: &str) -> bool {
        matches!(self, Self::Word(here) if here.eq_ignore_ascii_case(word))
    }

    fn text(self) -> &'t str {
        match self {
            Self::Word(text)
            | Self::Name(text)
            | Self::Value(text)
            | Self::Digits(text)
            | Self::Unreadable(text)
            | Self::Sign(text) => text,
        }
    }
}

/// The signs of all grammars; longer ones first.
const SIGNS: [&str; 14] = [
    "<>", "<=", ">=", "<", ">", "=", "+", "-", "(", ")", "[", "]", ".", ",",
];

/// A cursor over the tokens of one expression.
pub(super) struct Tokens<'t> {
    text: &'t str,
    /// Each token with the byte at which it begins.
    all: Vec<(usize, Token<'t>)>,
    at: usize,
}

impl<'t> Tokens<'t> {
    /// # Errors
    /// A syntax error at the first character that no token begins with.
    pub(super) fn read(text: &'t str) -> Result<Self, Reason> {
        let mut tokens = Vec::with_capacity(16);
        let mut at = 0;
        while let Some(&first) = text.as_bytes().get(at) {
            if first.is_ascii_whitespace() {
                at += 1;
                continue;
            }
            let token = token(&text[at..], first);
            tokens.push((at, token));
            at += token.text().len();
        }
        let unreadable = tokens
            .iter()
            .position(|(_, token)| matches!(token, Token::Unreadable(_)));
        let mut read = Self {
            text,
            all: tokens,
            at: 0,
        };
        if let Some(at) = unreadable {
            read.at = at;
            return Err(read.syntax_error());
        }
        Ok(read)
    }

    #[inline]
    pub(super) fn peek(&self) -> Option<Token<'t>> {
        self.peek_at(0)
    }

    #[inline]
    pub(super) fn peek_at(&self, offset: usize) -> Option<Token<'t>> {
        self.all.get(self.at + offset).map(|(_, token)| *token)
    }

    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    /// Takes the next token if it is this sign.
    #[inline]
    pub(super) fn take_sign(&mut self, sign: &'static str) -> bool {
        let there = self.peek() == Some(Token::Sign(sign));
        self.at += usize::from(there);
        there
    }

    /// Takes the next token if it is this word.
    #[inline]
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let there = self.peek().is_some_and(|token| token.is_word(word));
        self.at += usize::from(there);
        there
    }

    pub(super) fn expect_sign(&mut self, sign: &'static str) -> Result<(), Reason> {
        if self.take_sign(sign) {
            Ok(())
        } else {
            Err(self.syntax_error())
        }
    }

    /// AWS's syntax error for the token the cursor is at, or for the end of the text.
    pub(super) fn syntax_error(&self) -> Reason {
        let end = |index: usize| {
            self.all
                .get(index)
                .map(|(start, token)| start + token.text().len())
        };
        let Some((start, token)) = self.all.get(self.at) else {
            let near = self.all.last().map_or(self.text, |(_, last)| last.text());
            return Reason::Syntax {
                token: "<EOF>".into(),
                near: near.into(),
            };
        };
        let from = self
            .at
            .checked_sub(1)
            .map_or(*start, |before| self.all[before].0);
        let to = end(self.at + 1)
            .or_else(|| end(self.at))
            .expect("the token at the cursor is there");
        Reason::Syntax {
            token: token.text().into(),
            near: self.text[from..to].into(),
        }
    }
}

fn token(rest: &str, first: u8) -> Token<'_> {
    // All that words have is ASCII, so a byte that ends one is the first of a character.
    let word_end = |from: usize| {
        rest.as_bytes()[from..]
            .iter()
            .position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
            .map_or(rest.len(), |length| from + length)
    };
    match first {
        // A name may have an underscore anywhere but in front (observed): there it is a token of its own, and no grammar takes it.
        b'a'..=b'z' | b'A'..=b'Z' => return Token::Word(&rest[..word_end(0)]),
        b'#' if word_end(1) > 1 => return Token::Name(&rest[..word_end(1)]),
        b':' if word_end(1) > 1 => return Token::Value(&rest[..word_end(1)]),
        b'0' => return Token::Digits(&rest[..1]),
        b'1'..=b'9' => {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            return Token::Digits(&rest[..digits]);
        }
        _ => {}
    }
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        return Token::Sign(sign);
    }
    let first = rest.chars().next().expect("it has a first byte");
    Token::Unreadable(&rest[..first.len_utf8()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Token<'_>> {
        Tokens::read(text)
            .unwrap()
            .all
            .into_iter()
            .map(|(_, token)| token)
            .collect()
    }

    #[test]
    fn tokens_of_every_kind() {
        use Token::{Digits, Name, Sign, Value, Word};
        assert_eq!(
            read("a.#b[10]<>:c AND\tsize ( d_ )>=:e1"),
            [
                Word("a"),
                Sign("."),
                Name("#b"),
                Sign("["),
                Digits("10"),
                Sign("]"),
                Sign("<>"),
                Value(":c"),
                Word("AND"),
                Word("size"),
                Sign("("),
                Word("d_"),
                Sign(")"),
                Sign(">="),
                Value(":e1")
            ]
        );
        assert_eq!(
            read("[00]"),
            [Sign("["), Digits("0"), Digits("0"), Sign("]")]
        );
        assert_eq!(read(" \n\t"), []);
    }

    #[test]
    fn a_syntax_error_shows_the_neighbours() {
        let at = |text: &str, index: usize| {
            let mut tokens = Tokens::read(text).unwrap();
            tokens.at = index;
            tokens.syntax_error().to_string()
        };
        assert_eq!(
            at("a  =  = :b", 2),
            r#"Syntax error; token: "=", near: "=  = :b""#
        );
        assert_eq!(at("= :b", 0), r#"Syntax error; token: "=", near: "= :b""#);
        assert_eq!(at("a =", 2), r#"Syntax error; token: "<EOF>", near: "=""#);
        assert_eq!(at("  ", 0), r#"Syntax error; token: "<EOF>", near: "  ""#);
    }

    #[test]
    fn an_unreadable_character_is_a_token_of_its_own() {
        for (text, error) in [
            ("a = \"x\"", r#"Syntax error; token: """, near: "= "x""#),
            ("a ! b", r#"Syntax error; token: "!", near: "a ! b""#),
            ("#", r##"Syntax error; token: "#", near: "#""##),
            ("a = é", r#"Syntax error; token: "é", near: "= é""#),
            (
                "SET _id = :v",
                r#"Syntax error; token: "_", near: "SET _id""#,
            ),
            ("__t", r#"Syntax error; token: "_", near: "__""#),
            ("\u{0}", "Syntax error; token: \"\u{0}\", near: \"\u{0}\""),
        ] {
            assert_eq!(
                Tokens::read(text).err().unwrap().to_string(),
                error,
                "{text}"
            );
        }
    }
}
