//! Few colours, each with one meaning, on any terminal.
//!
//! ```text
//!   COLORTERM=truecolor → True      TERM=…-256color → TwoFiftySix
//!   any other terminal  → Sixteen   NO_COLOR, TERM=dumb → None (weight, underline and reverse only)
//! ```
//!
//! Partitions have the hues of Okabe and Ito, which stay apart for colour-blind eyes, and a glyph each,
//! so that no meaning hangs on colour alone.
//! Invariant: the same [`Role`] looks the same on every screen.

use ratatui::style::{Color, Modifier, Style};

use crate::app::paper::{GLYPHS, Role};
use crate::app::state::Background;
use crate::simulator::trace::PartitionId;

/// How many colours the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    None,
    Sixteen,
    TwoFiftySix,
    True,
}

/// The looks of all roles on one terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    pub depth: Depth,
    pub background: Background,
}

/// One meaning's colour for each kind of terminal.
struct Hue {
    dark: (u8, u8, u8),
    light: (u8, u8, u8),
    /// Index in the 256-colour palette, for dark and light backgrounds.
    palette: (u8, u8),
    /// Of the sixteen, readable on both backgrounds.
    basic: Color,
}

const ACCENT: Hue = Hue {
    dark: (0x7a, 0xc7, 0xff),
    light: (0x00, 0x5f, 0xaf),
    palette: (117, 25),
    basic: Color::Cyan,
};
const DIM: Hue = Hue {
    dark: (0x86, 0x8c, 0x98),
    light: (0x6b, 0x70, 0x7b),
    palette: (245, 242),
    basic: Color::DarkGray,
};
const RULE: Hue = Hue {
    dark: (0x4a, 0x50, 0x5c),
    light: (0xb4, 0xb8, 0xc0),
    palette: (239, 249),
    basic: Color::DarkGray,
};
const QUERY: Hue = Hue {
    dark: (0x5f, 0xd7, 0xaf),
    light: (0x00, 0x7a, 0x5a),
    palette: (79, 29),
    basic: Color::Green,
};
const SCAN: Hue = Hue {
    dark: (0xd7, 0x9b, 0xe8),
    light: (0x8a, 0x3f, 0xa6),
    palette: (176, 91),
    basic: Color::Magenta,
};
const WARNING: Hue = Hue {
    dark: (0xff, 0xb4, 0x54),
    light: (0xa8, 0x5a, 0x00),
    palette: (215, 130),
    basic: Color::Yellow,
};
const ERROR: Hue = Hue {
    dark: (0xff, 0x7b, 0x72),
    light: (0xb8, 0x1d, 0x24),
    palette: (210, 124),
    basic: Color::Red,
};
const GOOD: Hue = Hue {
    dark: (0x8b, 0xd4, 0x6b),
    light: (0x2f, 0x7a, 0x12),
    palette: (113, 28),
    basic: Color::Green,
};
const STRING: Hue = Hue {
    dark: (0xb9, 0xd8, 0xa0),
    light: (0x3f, 0x6b, 0x1d),
    palette: (151, 22),
    basic: Color::Green,
};
const NUMBER: Hue = Hue {
    dark: (0xe8, 0xc0, 0x8c),
    light: (0x8a, 0x4b, 0x08),
    palette: (180, 94),
    basic: Color::Yellow,
};
const SELECTED: Hue = Hue {
    dark: (0x24, 0x33, 0x45),
    light: (0xdb, 0xe8, 0xf6),
    palette: (236, 254),
    basic: Color::Reset,
};

/// Text on that.
const INK: Hue = Hue {
    dark: (0xe6, 0xe6, 0xe6),
    light: (0x1a, 0x1a, 0x1a),
    palette: (254, 234),
    basic: Color::Reset,
};

/// Okabe and Ito's hues (the light variants darkened until they read on white), each with its glyph.
const PARTITIONS: [Hue; 8] = [
    Hue {
        dark: (0xe6, 0x9f, 0x00),
        light: (0xa8, 0x70, 0x00),
        palette: (214, 136),
        basic: Color::Yellow,
    },
    Hue {
        dark: (0x56, 0xb4, 0xe9),
        light: (0x1f, 0x78, 0xb4),
        palette: (74, 31),
        basic: Color::Cyan,
    },
    Hue {
        dark: (0x00, 0x9e, 0x73),
        light: (0x00, 0x80, 0x5c),
        palette: (36, 29),
        basic: Color::Green,
    },
    Hue {
        dark: (0xcc, 0x79, 0xa7),
        light: (0xa8, 0x4c, 0x80),
        palette: (175, 132),
        basic: Color::Magenta,
    },
    Hue {
        dark: (0xf0, 0xe4, 0x42),
        light: (0x7d, 0x74, 0x00),
        palette: (227, 100),
        basic: Color::LightYellow,
    },
    Hue {
        dark: (0x4a, 0x90, 0xd9),
        light: (0x00, 0x72, 0xb2),
        palette: (68, 25),
        basic: Color::Blue,
    },
    Hue {
        dark: (0xf2, 0x7a, 0x30),
        light: (0xd5, 0x5e, 0x00),
        palette: (208, 166),
        basic: Color::Red,
    },
    Hue {
        dark: (0xc8, 0xcc, 0xd4),
        light: (0x44, 0x48, 0x50),
        palette: (252, 238),
        basic: Color::Reset,
    },
];

/// The glyph of a partition: the same on every screen; the number stands beside it when there are more than eight.
#[must_use]
pub fn glyph(partition: PartitionId) -> char {
    GLYPHS[partition.0 as usize % GLYPHS.len()]
}

impl Theme {
    /// What the environment says; `variable` looks up an environment variable.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| variable(name).unwrap_or_default();
        let term = value("TERM");
        let colorterm = value("COLORTERM");
        let depth = if !value("NO_COLOR").is_empty() || term == "dumb" {
            Depth::None
        } else if colorterm == "truecolor" || colorterm == "24bit" {
            Depth::True
        } else if term.contains("256color") {
            Depth::TwoFiftySix
        } else {
            Depth::Sixteen
        };
        // rxvt, Konsole and others say `foreground;background` as indices of the sixteen colours.
        let colorfgbg = value("COLORFGBG");
        let light = matches!(colorfgbg.rsplit(';').next(), Some("7" | "15"));
        Self {
            depth,
            background: if light {
                Background::Light
            } else {
                Background::Dark
            },
        }
    }

    #[must_use]
    pub const fn on(self, background: Background) -> Self {
        Self { background, ..self }
    }

    /// What is read on the ground of a selected line; `None` where that is the terminal's own, reversed.
    #[must_use]
    pub fn ink(self) -> Option<Color> {
        self.colour(&INK).filter(|colour| *colour != Color::Reset)
    }

    fn colour(self, hue: &Hue) -> Option<Color> {
        let dark = self.background == Background::Dark;
        match self.depth {
            Depth::None => None,
            Depth::Sixteen if dark => Some(hue.basic),
            Depth::Sixteen => Some(on_white(hue.basic)),
            Depth::TwoFiftySix => Some(Color::Indexed(if dark {
                hue.palette.0
            } else {
                hue.palette.1
            })),
            Depth::True => {
                let (red, green, blue) = if dark { hue.dark } else { hue.light };
                Some(Color::Rgb(red, green, blue))
            }
        }
    }

    fn tint(self, hue: &Hue) -> Style {
        self.colour(hue)
            .map_or_else(Style::new, |colour| Style::new().fg(colour))
    }

    /// A partition's own hue.
    #[must_use]
    pub fn partition(self, partition: PartitionId) -> Style {
        self.tint(&PARTITIONS[partition.0 as usize % PARTITIONS.len()])
    }

    /// The look of a role.
    #[must_use]
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        match role {
            Role::Text | Role::Field => plain,
            Role::Dim | Role::JsonMark => {
                if self.depth == Depth::None {
                    plain.add_modifier(Modifier::DIM)
                } else {
                    self.tint(&DIM)
                }
            }
            Role::Accent => self.tint(&ACCENT).add_modifier(Modifier::BOLD),
            Role::Title | Role::Large | Role::Strong => plain.add_modifier(Modifier::BOLD),
            Role::Emphasis => plain.add_modifier(Modifier::ITALIC),
            Role::Code | Role::JsonKey => self.tint(&ACCENT),
            Role::Link => self.tint(&ACCENT).add_modifier(Modifier::UNDERLINED),
            Role::Term => plain.add_modifier(Modifier::UNDERLINED),
            Role::Rule => {
                if self.depth == Depth::None {
                    plain.add_modifier(Modifier::DIM)
                } else {
                    self.tint(&RULE)
                }
            }
            Role::JsonString => self.tint(&STRING),
            Role::JsonNumber => self.tint(&NUMBER),
            Role::Query => self.tint(&QUERY),
            Role::Scan => self.tint(&SCAN),
            Role::Warning => self.tint(&WARNING).add_modifier(Modifier::BOLD),
            Role::Error => self.tint(&ERROR).add_modifier(Modifier::BOLD),
            Role::Good => self.tint(&GOOD),
            Role::Selected => match self.depth {
                // Of one ink: reversed, each of several would be another ground.
                Depth::None | Depth::Sixteen => {
                    let style = plain
                        .remove_modifier(Modifier::DIM)
                        .add_modifier(Modifier::REVERSED);
                    match self.depth {
                        Depth::None => style,
                        _ => style.fg(Color::Reset),
                    }
                }
                Depth::TwoFiftySix | Depth::True => {
                    let style = plain.add_modifier(Modifier::BOLD);
                    self.colour(&SELECTED)
                        .map_or(style, |colour| style.bg(colour))
                }
            },
            Role::Cursor => plain.add_modifier(Modifier::REVERSED),
            Role::Partition(number) => self.partition(PartitionId(number)),
        }
    }
}

/// A terminal's own light colours are weak on white; the dark one closest in meaning stands in.
const fn on_white(colour: Color) -> Color {
    match colour {
        Color::Cyan | Color::LightCyan | Color::LightBlue => Color::Blue,
        Color::Yellow | Color::LightYellow | Color::LightRed => Color::Red,
        Color::LightGreen => Color::Green,
        Color::LightMagenta => Color::Magenta,
        Color::White | Color::Gray => Color::Black,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(variables: &[(&str, &str)]) -> Theme {
        Theme::detect(|name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn colours_follow_the_environment() {
        assert_eq!(detect(&[("TERM", "xterm")]).depth, Depth::Sixteen);
        assert_eq!(
            detect(&[("TERM", "xterm-256color")]).depth,
            Depth::TwoFiftySix
        );
        assert_eq!(
            detect(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]).depth,
            Depth::True
        );
        assert_eq!(
            detect(&[("TERM", "xterm"), ("NO_COLOR", "1")]).depth,
            Depth::None
        );
        assert_eq!(
            detect(&[("NO_COLOR", ""), ("TERM", "xterm")]).depth,
            Depth::Sixteen
        );
        assert_eq!(
            detect(&[("COLORFGBG", "0;15")]).background,
            Background::Light
        );
        assert_eq!(
            detect(&[("COLORFGBG", "15;0")]).background,
            Background::Dark
        );
    }

    #[test]
    fn without_colour_nothing_is_coloured() {
        let theme = detect(&[("NO_COLOR", "1")]);
        for role in [
            Role::Accent,
            Role::Error,
            Role::Warning,
            Role::Partition(3),
            Role::Selected,
            Role::Rule,
        ] {
            let style = theme.style(role);
            assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
        }
    }

    #[test]
    fn neighbours_differ_in_glyph_and_hue() {
        let theme = detect(&[("COLORTERM", "truecolor")]);
        for number in 0..7 {
            let (here, next) = (PartitionId(number), PartitionId(number + 1));
            assert_ne!(glyph(here), glyph(next));
            assert_ne!(theme.partition(here), theme.partition(next));
        }
    }

    #[test]
    fn sixteen_colours_stay_readable_on_white() {
        let theme = Theme::detect(|name| match name {
            "TERM" => Some("xterm".to_owned()),
            "COLORFGBG" => Some("0;15".to_owned()),
            _ => None,
        });
        for role in [Role::Accent, Role::Warning, Role::Good, Role::Query] {
            let colour = theme.style(role).fg;
            assert!(
                !matches!(colour, Some(Color::Yellow | Color::Cyan | Color::White)),
                "{role:?} is {colour:?}"
            );
        }
    }
}
