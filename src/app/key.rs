//! The key table: every key, what it does, and the words for it on the help screen and in the footer.
//!
//! A screen says which [`Action`]s work now; a key is looked up among those first and then among
//! [`GLOBAL`]. So one key may mean different things on different screens, but never two things at once.
//! In the projector's layout the keys of a remote control go on and back first, whatever the screen ([`crate::app::present::remote`]).
//! Invariant: nothing reacts to a key that is not in [`KEYS`], except a text field that has the focus.

/// A key press, free of any terminal library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    Char(char),
    /// With Ctrl held; always lower case.
    Ctrl(char),
    /// With Alt held.
    Alt(char),
    Enter,
    Esc,
    Tab,
    BackTab,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Home,
    End,
    F(u8),
}

impl Key {
    /// The key's name as the help screen writes it.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Char(' ') => "space".to_owned(),
            Self::Char(letter) => letter.to_string(),
            Self::Ctrl(letter) => format!("Ctrl-{}", letter.to_ascii_uppercase()),
            Self::Alt(letter) => format!("Alt-{letter}"),
            Self::Enter => "⏎".to_owned(),
            Self::Esc => "Esc".to_owned(),
            Self::Tab => "Tab".to_owned(),
            Self::BackTab => "⇧Tab".to_owned(),
            Self::Backspace => "⌫".to_owned(),
            Self::Delete => "Del".to_owned(),
            Self::Up => "↑".to_owned(),
            Self::Down => "↓".to_owned(),
            Self::Left => "←".to_owned(),
            Self::Right => "→".to_owned(),
            Self::PageUp => "PgUp".to_owned(),
            Self::PageDown => "PgDn".to_owned(),
            Self::Home => "Home".to_owned(),
            Self::End => "End".to_owned(),
            Self::F(number) => format!("F{number}"),
        }
    }

    /// The same without a sign outside of ASCII where `ascii` says so.
    #[must_use]
    pub fn name_in(self, ascii: bool) -> String {
        let spelt = match self {
            Self::Enter => "Enter",
            Self::BackTab => "Shift-Tab",
            Self::Backspace => "Backspace",
            Self::Up => "Up",
            Self::Down => "Down",
            Self::Left => "Left",
            Self::Right => "Right",
            other => return other.name(),
        };
        if ascii { spelt.to_owned() } else { self.name() }
    }
}

/// Everything a key can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    // Moving through the lesson.
    Next,
    Previous,
    Open,
    Resume,
    Back,
    Close,
    GoHome,
    Jump,
    // Moving on a screen.
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
    NextTab,
    PreviousTab,
    NextField,
    PreviousField,
    /// A digit of a section's number.
    Number(u8),
    // A step.
    /// The choice with this number, from 1.
    Choose(u8),
    DontKnow,
    /// Commit to the choice under the cursor.
    Answer,
    Run,
    RunAgain,
    ToggleTyped,
    Exchange,
    Code,
    Copy,
    // Ticks, goals, exercises.
    Toggle,
    ToggleLambda,
    OpenWorkshop,
    Edit,
    StopEditing,
    Submit,
    Hint,
    Solution,
    StartOver,
    // Notes and texts.
    Note,
    Notes,
    Remove,
    Export,
    Glossary,
    Search,
    Tables,
    // Moving pictures.
    StepForward,
    StepBack,
    FirstFrame,
    LastFrame,
    Play,
    Pause,
    Faster,
    Slower,
    EditKeys,
    OtherTable,
    /// Choose a way to key the table.
    Presets,
    /// The type of the partition key.
    KeyType,
    SortKey,
    HashFunction,
    MorePartitions,
    FewerPartitions,
    SubmitLine,
    Larger,
    Smaller,
    EditQuestion,
    /// From a picture of partitions to traffic on them.
    Traffic,
    // A server.
    /// Keep showing the next table's partitions.
    NextTable,
    PreviousTable,
    /// Show the table that is the busiest, or the newest.
    Follow,
    /// How clients join.
    Join,
    KeyDesign,
    FixIt,
    Spread,
    EditRate,
    EditCapacity,
    ReadsWrites,
    NextQuestion,
    /// The next value of a choice in a form.
    NextValue,
    PreviousValue,
    Growth,
    PickIndex,
    LongerTrip,
    ShorterTrip,
    /// Ask the server itself.
    Measure,
    // The workshop.
    NextGoal,
    PreviousGoal,
    /// Write a request and send it.
    SendRequest,
    /// Send what was written.
    SendIt,
    /// Try the handler as it stands.
    TryAgain,
    /// The handlers to AWS.
    Deploy,
    /// What stands there, brought up to date.
    Update,
    // An account.
    /// From the preflight to the lesson, on the account.
    EnterAccount,
    /// The preflight once more.
    LookAgain,
    /// From an account to the simulated table, at the same place.
    GoOnSimulated,
    /// What is left on the account, and deleting it.
    Cleanup,
    /// What is listed there, after the word for it was typed.
    DeleteOurs,
    /// The page's request, to an account: nobody who only pages on sends it.
    SendThere,
    /// On, to what has to be read before something is made on an account.
    ReadOn,
    /// What the page lists, on an account.
    MakeThere,
    /// Not to wait any more for what goes on on the account.
    StopWaiting,
    // Decisions.
    Yes,
    /// Open a section as things are, to read.
    LookOnly,
    No,
    ResetSection,
    ResetAll,
    // The program.
    Help,
    Mouse,
    Background,
    /// Large figures and few words, for a room that looks at a wall.
    Projector,
    /// Nothing on the screen until the next key.
    Blank,
    Picture,
    Suspend,
    Quit,
}

/// Under which heading the help screen lists a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Moving,
    Step,
    Picture,
    Serving,
    Workshop,
    Account,
    Writing,
    Program,
}

impl Group {
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Moving => "Moving",
            Self::Step => "Steps and exercises",
            Self::Picture => "Moving pictures",
            Self::Serving => "Serving clients",
            Self::Workshop => "The workshop",
            Self::Account => "An AWS account",
            Self::Writing => "Looking up and writing down",
            Self::Program => "The program",
        }
    }
}

/// One line of the key table.
#[derive(Debug, Clone, Copy)]
pub struct Binding {
    pub action: Action,
    /// The first one is shown in the footer.
    pub keys: &'static [Key],
    /// One or two words for the footer.
    pub label: &'static str,
    /// A sentence for the help screen.
    pub help: &'static str,
    pub group: Group,
}

const fn bind(
    action: Action,
    keys: &'static [Key],
    label: &'static str,
    help: &'static str,
    group: Group,
) -> Binding {
    Binding {
        action,
        keys,
        label,
        help,
        group,
    }
}

use Key::{Char, Ctrl, F};

/// The table, a line for each action.
#[rustfmt::skip]
pub const KEYS: &[Binding] = &[
    bind(Action::Next, &[Char(' '), Key::Right, Char('l'), Key::Enter], "next", "Go on to the next page", Group::Moving),
    bind(Action::Previous, &[Key::Left, Char('h'), Key::Backspace], "back", "Go back to the page before", Group::Moving),
    bind(Action::Resume, &[Char(' ')], "go on", "Go on where you left off", Group::Moving),
    bind(Action::Open, &[Key::Enter, Key::Right, Char('l'), Char(' ')], "open", "Open what is selected", Group::Moving),
    bind(Action::Up, &[Key::Up, Char('k')], "up", "Up: one line, one entry", Group::Moving),
    bind(Action::Down, &[Key::Down, Char('j')], "down", "Down: one line, one entry", Group::Moving),
    bind(Action::PageUp, &[Key::PageUp, Ctrl('u')], "page up", "Up by a screenful", Group::Moving),
    bind(Action::PageDown, &[Key::PageDown, Ctrl('d')], "page down", "Down by a screenful", Group::Moving),
    bind(Action::Top, &[Key::Home], "top", "To the very top", Group::Moving),
    bind(Action::Bottom, &[Key::End, Char('G')], "end", "To the very end", Group::Moving),
    bind(Action::NextTab, &[Key::Tab, Key::Right, Char('l')], "next tab", "The next tab", Group::Moving),
    bind(Action::PreviousTab, &[Key::BackTab, Key::Left, Char('h')], "tab before", "The tab before", Group::Moving),
    bind(Action::NextField, &[Key::Tab, Key::Down, Key::Enter], "next field", "The next field", Group::Moving),
    bind(Action::PreviousField, &[Key::BackTab, Key::Up], "field before", "The field before", Group::Moving),
    bind(Action::Jump, &[Char(':')], "sections", "Jump to a section; what it needs is built for you", Group::Moving),
    bind(Action::GoHome, &[Char('H')], "home", "To the home screen", Group::Moving),
    bind(Action::Back, &[Key::Esc], "back", "Back to where you came from", Group::Moving),
    bind(Action::Close, &[Key::Enter, Char(' '), Char('?'), Char('g')], "close", "Close the pop-up", Group::Moving),
    bind(Action::Number(0), &[Char('0')], "by number", "To the section with this number; 1 and 2 make 12", Group::Moving),
    bind(Action::Number(1), &[Char('1')], "by number", "To the section with this number; 1 and 2 make 12", Group::Moving),
    bind(Action::Number(2), &[Char('2')], "by number", "To the section with this number; 1 and 2 make 12", Group::Moving),
    bind(Action::Number(3), &[Char('3')], "by number", "To the section with this number; 1 and 2 make 12", Group::Moving),
    bind(Action::Number(4), &[Char('4')], "by number", "To the section with this number; 1 and 2 make 12", Group::Moving),
    bind(Action::Number(5), &[Char('5')], "by number", "To the section with this number; 1 and 2 make 12", Group::Moving),
    bind(Action::Number(6), &[Char('6')], "by number", "To the section with this number; 1 and 2 make 12", Group::Moving),
    bind(Action::Number(7), &[Char('7')], "by number", "To the section with this number; 1 and 2 make 12", Group::Moving),
    bind(Action::Number(8), &[Char('8')], "by number", "To the section with this number; 1 and 2 make 12", Group::Moving),
    bind(Action::Number(9), &[Char('9')], "by number", "To the section with this number; 1 and 2 make 12", Group::Moving),
    bind(Action::Choose(1), &[Char('1')], "choose", "Commit to the answer with this number", Group::Step),
    bind(Action::Choose(2), &[Char('2')], "choose", "Commit to the answer with this number", Group::Step),
    bind(Action::Choose(3), &[Char('3')], "choose", "Commit to the answer with this number", Group::Step),
    bind(Action::Choose(4), &[Char('4')], "choose", "Commit to the answer with this number", Group::Step),
    bind(Action::Choose(5), &[Char('5')], "choose", "Commit to the answer with this number", Group::Step),
    bind(Action::Choose(6), &[Char('6')], "choose", "Commit to the answer with this number", Group::Step),
    bind(Action::Choose(7), &[Char('7')], "choose", "Commit to the answer with this number", Group::Step),
    bind(Action::Choose(8), &[Char('8')], "choose", "Commit to the answer with this number", Group::Step),
    bind(Action::DontKnow, &[Char('0')], "don't know", "“I don't know” is an answer, too", Group::Step),
    bind(Action::Answer, &[Key::Enter, Char(' ')], "commit", "Commit to the answer under the cursor", Group::Step),
    bind(Action::Run, &[Key::Enter, Char(' ')], "run", "Send the request on this page", Group::Step),
    bind(Action::RunAgain, &[Char('r')], "run again", "Once more: the request, or the picture", Group::Step),
    bind(Action::ToggleTyped, &[Char('t')], "plain ⇄ typed", "Switch between plain JSON and the typed JSON that is sent", Group::Step),
    bind(Action::Exchange, &[Char('x')], "exchange", "Request and response as they were on the wire", Group::Step),
    bind(Action::Code, &[Char('c')], "code", "The same request as AWS CLI, Node, Ruby, Python and Rust", Group::Step),
    bind(Action::Copy, &[Char('y')], "copy", "Copy what is shown (and write it to a file)", Group::Step),
    bind(Action::Toggle, &[Key::Enter], "tick", "Tick or untick", Group::Step),
    bind(Action::OpenWorkshop, &[Key::Enter, Char('w')], "open the workshop", "Make the folder that is named, or go on with it, and open the workshop there", Group::Step),
    bind(Action::ToggleLambda, &[Char('L')], "from Lambda", "Mark a goal as done from Lambda, too", Group::Step),
    bind(Action::Edit, &[Char('e'), Key::Enter], "edit", "Write in the field; Esc leaves it", Group::Step),
    bind(Action::StopEditing, &[Key::Esc], "leave the field", "Leave the field; the draft is kept", Group::Step),
    bind(Action::Submit, &[Ctrl('r'), F(5)], "run", "Send what stands in the editor", Group::Step),
    bind(Action::Hint, &[Char('i')], "hint", "One more hint", Group::Step),
    bind(Action::Solution, &[Char('s')], "solution", "Show a solution (after a try)", Group::Step),
    bind(Action::StartOver, &[Char('z')], "start over", "Put the exercise's first text, or the first keys, back", Group::Step),
    bind(Action::Play, &[Char(' ')], "play", "Play", Group::Picture),
    bind(Action::Pause, &[Char(' ')], "pause", "Pause", Group::Picture),
    bind(Action::StepForward, &[Key::Right, Char('l')], "step", "One step forwards", Group::Picture),
    bind(Action::StepBack, &[Key::Left, Char('h')], "step back", "One step backwards", Group::Picture),
    bind(Action::FirstFrame, &[Key::Home], "first", "To the first step", Group::Picture),
    bind(Action::LastFrame, &[Key::End], "last", "To the last step", Group::Picture),
    bind(Action::Faster, &[Key::Up, Char('k')], "faster", "Faster", Group::Picture),
    bind(Action::Slower, &[Key::Down, Char('j')], "slower", "Slower", Group::Picture),
    bind(Action::EditKeys, &[Char('e')], "keys", "Type a key of your own, or paste many", Group::Picture),
    bind(Action::Presets, &[Char('d')], "design", "Ways to key a table, and how evenly each one spreads", Group::Picture),
    bind(Action::OtherTable, &[Char('t')], "two tables", "The same keys in another table beside it, which has its own partitions", Group::Picture),
    bind(Action::MorePartitions, &[Char('+'), Char('=')], "partitions", "More partitions", Group::Picture),
    bind(Action::FewerPartitions, &[Char('-')], "fewer", "Fewer partitions", Group::Picture),
    bind(Action::KeyType, &[Char('K')], "type", "The type of the key: string, number, binary", Group::Picture),
    bind(Action::SortKey, &[Char('s')], "sort key", "Give the table a sort key, or take it away", Group::Picture),
    bind(Action::HashFunction, &[Char('f')], "function", "The hash function: SipHash, or the order observed on real tables", Group::Picture),
    bind(Action::SubmitLine, &[Key::Enter], "take it", "Take what was typed", Group::Picture),
    bind(Action::Larger, &[Char('+'), Char('=')], "larger", "A larger table", Group::Picture),
    bind(Action::Smaller, &[Char('-')], "smaller", "A smaller table", Group::Picture),
    bind(Action::Traffic, &[Char('T')], "traffic", "Minutes of requests against the limits of partitions", Group::Picture),
    bind(Action::FixIt, &[Char('f')], "fix it", "The same traffic on another key, beside what was", Group::Picture),
    bind(Action::KeyDesign, &[Char('d')], "key", "Another partition key for the same traffic", Group::Picture),
    bind(Action::Spread, &[Char('s')], "spread", "Spread evenly, skewed, or all to one key", Group::Picture),
    bind(Action::EditRate, &[Char('e')], "rate", "How many requests a second", Group::Picture),
    bind(Action::EditCapacity, &[Char('c')], "capacity", "Provisioned capacity, or on demand", Group::Picture),
    bind(Action::ReadsWrites, &[Char('w')], "reads/writes", "Reads or writes", Group::Picture),
    bind(Action::EditQuestion, &[Char('e')], "edit", "Change the question: the ways to ask, their conditions, the table", Group::Picture),
    bind(Action::NextQuestion, &[Key::Tab], "next question", "Another question to the same table", Group::Picture),
    bind(Action::NextValue, &[Key::Right, Char(' '), Char('l')], "change", "The next value of the choice", Group::Picture),
    bind(Action::PreviousValue, &[Key::Left, Char('h')], "change back", "The value before", Group::Picture),
    bind(Action::Growth, &[Char('g')], "growth", "What it costs as the table grows, and the picture again", Group::Picture),
    bind(Action::PickIndex, &[Char('i')], "index", "Which index would make this a query? Pick its key, and it is built", Group::Picture),
    bind(Action::LongerTrip, &[Char(']')], "longer trip", "A longer round trip for the modelled time", Group::Picture),
    bind(Action::ShorterTrip, &[Char('[')], "shorter trip", "A shorter round trip for the modelled time", Group::Picture),
    bind(Action::Measure, &[Char('M')], "measure", "Run it on the server itself, after saying what it costs at most", Group::Picture),
    bind(Action::NextTable, &[Key::Tab], "table", "Keep showing the partitions of the next table", Group::Serving),
    bind(Action::PreviousTable, &[Key::BackTab], "table before", "Keep showing the partitions of the table before", Group::Serving),
    bind(Action::Follow, &[Char('f')], "follow", "Show the table that consumes the most now, or the one that was asked last", Group::Serving),
    bind(Action::Join, &[Char('i')], "join", "How clients join: the lines to paste", Group::Serving),
    bind(Action::NextGoal, &[Key::Tab], "next goal", "The next goal of the workshop", Group::Workshop),
    bind(Action::PreviousGoal, &[Key::BackTab], "goal before", "The goal before", Group::Workshop),
    bind(Action::SendRequest, &[Char('e')], "send", "Write a request to the API and send it", Group::Workshop),
    bind(Action::SendIt, &[Key::Enter], "send", "Send the request that was written", Group::Workshop),
    bind(Action::TryAgain, &[Char('r')], "try again", "Try the handler as it stands once more", Group::Workshop),
    bind(Action::Deploy, &[Char('D')], "to AWS", "Take the handlers to AWS, once all goals are reached; first comes what is made and what it can cost", Group::Workshop),
    bind(Action::Update, &[Char('u')], "update", "Take saved handlers to AWS, or go on where it stopped; shown once more first", Group::Workshop),
    bind(Action::EnterAccount, &[Key::Enter], "go on there", "Go on with the lesson on the account that was looked at", Group::Account),
    bind(Action::LookAgain, &[Char('r')], "look again", "Look once more at what stands against it", Group::Account),
    bind(Action::GoOnSimulated, &[Char('S')], "simulated", "Go on with the simulated table, at the same place; what is on the account stays there", Group::Account),
    bind(Action::SendThere, &[Key::Enter], "send", "Send the request on this page to the account; only Enter does", Group::Account),
    bind(Action::ReadOn, &[Char(' ')], "read on", "The next lines of what is going to be made on the account; at the end Enter makes it", Group::Account),
    bind(Action::MakeThere, &[Key::Enter], "make it", "Make on the account what this page lists; only Enter does", Group::Account),
    bind(Action::DeleteOurs, &[Key::Enter], "delete", "Delete what is listed, once the word yes was typed", Group::Account),
    bind(Action::Cleanup, &[Char('C')], "what is yours", "What is yours on the account, listed with its cost and deleted after a typed yes", Group::Account),
    bind(Action::StopWaiting, &[Key::Esc], "don't wait", "Don't wait any more; what goes on on the account goes on", Group::Account),
    bind(Action::Search, &[Char('/')], "search", "Search lesson, glossary and steps", Group::Writing),
    bind(Action::Glossary, &[Char('g')], "glossary", "What the words mean; those on this page first", Group::Writing),
    bind(Action::Note, &[Char('n')], "note", "Write a question for the parking lot", Group::Writing),
    bind(Action::Notes, &[Char('N')], "parking lot", "Read, change and export your notes", Group::Writing),
    bind(Action::Remove, &[Char('d'), Key::Delete], "remove", "Remove what is selected", Group::Writing),
    bind(Action::Export, &[Char('w')], "write file", "Write it to a file to take along", Group::Writing),
    bind(Action::Tables, &[Char('b')], "tables", "Browse your tables and their partitions", Group::Writing),
    bind(Action::Yes, &[Char('y'), Key::Enter], "yes", "Yes, do it", Group::Program),
    bind(Action::LookOnly, &[Char('o')], "just open", "Open the section as things are, to read", Group::Program),
    bind(Action::No, &[Char('n'), Key::Esc], "no", "No, leave everything as it is", Group::Program),
    bind(Action::ResetSection, &[Char('R')], "reset", "Start the section over; what was there is archived", Group::Program),
    bind(Action::ResetAll, &[Ctrl('x')], "reset all", "Start everything over; what was there is archived", Group::Program),
    bind(Action::Help, &[Char('?'), F(1)], "help", "This help", Group::Program),
    bind(Action::Mouse, &[Char('m')], "mouse", "Release the mouse, so that text can be selected; take it back", Group::Program),
    bind(Action::Background, &[Char('B')], "light/dark", "Colors for a light or a dark background", Group::Program),
    bind(Action::Projector, &[Char('p')], "projector", "Large figures and few words, for a projector; there PgDn goes on and PgUp back, whatever it is. Once more: the usual layout", Group::Program),
    bind(Action::Blank, &[Char('.')], "blank", "A blank screen until the next key", Group::Program),
    bind(Action::Picture, &[Char('P')], "picture", "Save this screen as a picture (SVG)", Group::Program),
    bind(Action::Suspend, &[Ctrl('z')], "suspend", "Back to the shell for a while (fg continues)", Group::Program),
    bind(Action::Quit, &[Char('q'), Ctrl('c')], "quit", "Save and leave", Group::Program),
];

/// What moves through a page or a list, in the order in which it is shown.
pub const SCROLLING: [Action; 6] = [
    Action::Down,
    Action::Up,
    Action::PageDown,
    Action::PageUp,
    Action::Top,
    Action::Bottom,
];

/// What works on every screen unless the screen gives the key a meaning of its own.
pub const GLOBAL: &[Action] = &[
    Action::Back,
    Action::Search,
    Action::Glossary,
    Action::Note,
    Action::Notes,
    Action::Tables,
    Action::Jump,
    Action::GoHome,
    Action::Help,
    Action::Mouse,
    Action::Background,
    Action::Projector,
    Action::Blank,
    Action::Picture,
    Action::Suspend,
    Action::Quit,
];

/// The same beside a server: without what leads to lessons and notes.
pub const SERVING: &[Action] = &[
    Action::Back,
    Action::Glossary,
    Action::Tables,
    Action::Help,
    Action::Mouse,
    Action::Background,
    Action::Projector,
    Action::Blank,
    Action::Picture,
    Action::Suspend,
    Action::Quit,
];

/// The same before it is decided where steps go: without what leads to them.
pub const UNDECIDED: &[Action] = &[
    Action::Help,
    Action::Mouse,
    Action::Background,
    Action::Projector,
    Action::Blank,
    Action::Picture,
    Action::Suspend,
    Action::Quit,
];

/// The line of the table for an action.
#[must_use]
pub fn binding(action: Action) -> &'static Binding {
    KEYS.iter()
        .find(|binding| binding.action == action)
        .expect("every action has its line in the table; a test goes through them")
}

/// What a key means when these actions work, the first that has the key.
#[must_use]
pub fn lookup(key: Key, local: &[Action], global: &[Action]) -> Option<Action> {
    local
        .iter()
        .chain(global)
        .copied()
        .find(|&action| binding(action).keys.contains(&key))
}

/// The keys of an action that none before it has `taken`.
#[must_use]
pub fn free(action: Action, taken: &[Key]) -> Vec<Key> {
    let keys = binding(action).keys.iter().copied();
    keys.filter(|key| !taken.contains(key)).collect()
}

/// One entry of the footer, with the columns it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FooterEntry {
    pub action: Action,
    pub key: String,
    pub label: &'static str,
    /// First column, from 0.
    pub column: u16,
    pub width: u16,
}

/// Columns between two entries of the footer.
const GAP: u16 = 3;

/// As many of the actions as fit between `column` and `end`, in their order; help always has its place at the end.
/// A key that an earlier action took is not offered again, also where that action is `idle` and has no place itself; in a text
/// field (`writing`) no letter is.
#[must_use]
pub fn footer(
    actions: &[Action],
    idle: &[Action],
    writing: bool,
    ascii: bool,
    column: u16,
    end: u16,
) -> Vec<FooterEntry> {
    let entry = |action: Action, key: Key, column| {
        let binding = binding(action);
        let key = key.name_in(ascii);
        let width = crate::app::paper::width(&key) + 1 + crate::app::paper::width(binding.label);
        FooterEntry {
            action,
            key,
            label: binding.label,
            column,
            width,
        }
    };
    let help = if writing { F(1) } else { Char('?') };
    let help = entry(Action::Help, help, 0);
    let mut taken: Vec<Key> = Vec::new();
    let mut entries: Vec<FooterEntry> = Vec::new();
    let mut at = column;
    let choices = actions
        .iter()
        .filter(|action| matches!(action, Action::Choose(_)))
        .count();
    for &action in actions {
        let keys = binding(action).keys;
        let free = |key: &&Key| !(taken.contains(key) || writing && matches!(key, Char(_)));
        let Some(&key) = keys.iter().find(free) else {
            continue;
        };
        taken.extend(keys);
        if idle.contains(&action) {
            continue;
        }
        let next = match action {
            Action::Help
            | Action::Choose(2..)
            | Action::Number(1..)
            | Action::Up
            | Action::PageUp
            | Action::PageDown
            | Action::Top
            | Action::Bottom
            | Action::ResetSection
            | Action::ResetAll => continue,
            Action::Down => {
                let key_words = if ascii { "Up/Down" } else { "↑↓" };
                let entry = entry(action, key, at);
                FooterEntry {
                    key: key_words.to_owned(),
                    label: "move",
                    width: crate::app::paper::width(key_words) + 5,
                    ..entry
                }
            }
            Action::Number(_) => {
                let entry = entry(action, key, at);
                FooterEntry {
                    key: "0–9".to_owned(),
                    width: entry.width + 2,
                    ..entry
                }
            }
            Action::Choose(_) if choices > 1 => {
                let entry = entry(action, key, at);
                FooterEntry {
                    key: format!("1–{choices}"),
                    width: entry.width + 2,
                    ..entry
                }
            }
            _ => entry(action, key, at),
        };
        if entries.iter().any(|entry| entry.label == next.label) {
            // Two ways back, say: one is enough of a hint.
            continue;
        }
        if at + next.width + GAP + help.width > end {
            break;
        }
        at += next.width + GAP;
        entries.push(next);
    }
    if at + help.width <= end {
        entries.push(FooterEntry { column: at, ..help });
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_one_line_and_words() {
        for (index, binding) in KEYS.iter().enumerate() {
            assert!(
                !binding.keys.is_empty() && !binding.help.is_empty() && !binding.label.is_empty()
            );
            assert!(
                KEYS[index + 1..]
                    .iter()
                    .all(|other| other.action != binding.action),
                "{:?} stands twice",
                binding.action
            );
        }
        for &action in GLOBAL {
            assert_eq!(binding(action).action, action);
        }
    }

    #[test]
    fn global_keys_mean_one_thing() {
        for (index, &action) in GLOBAL.iter().enumerate() {
            for key in binding(action).keys {
                assert!(
                    GLOBAL[index + 1..]
                        .iter()
                        .all(|&other| !binding(other).keys.contains(key)),
                    "{key:?}"
                );
            }
        }
    }

    #[test]
    fn a_screen_s_own_meaning_comes_first() {
        assert_eq!(
            lookup(Char('g'), &[Action::Close], GLOBAL),
            Some(Action::Close)
        );
        assert_eq!(lookup(Char('g'), &[], GLOBAL), Some(Action::Glossary));
        assert_eq!(lookup(Char('%'), &[Action::Close], GLOBAL), None);
    }

    #[test]
    fn the_footer_stops_where_the_room_ends_and_keeps_help() {
        let actions = [
            Action::Next,
            Action::Previous,
            Action::RunAgain,
            Action::Exchange,
        ];
        let names = |end| -> Vec<&str> {
            footer(&actions, &[], false, false, 1, end)
                .iter()
                .map(|entry| entry.label)
                .collect()
        };
        assert_eq!(names(80), ["next", "back", "run again", "exchange", "help"]);
        assert_eq!(names(30), ["next", "back", "help"]);
        assert!(names(5).is_empty());
    }

    #[test]
    fn the_footer_of_a_field_offers_no_letters() {
        let entries = footer(
            &[Action::Edit, Action::StopEditing],
            &[],
            true,
            false,
            1,
            80,
        );
        let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(keys, ["⏎", "Esc", "F1"]);
    }

    #[test]
    fn the_key_of_an_idle_action_is_not_said_to_do_something_else() {
        let actions = [Action::Answer, Action::Next];
        let shown = |idle: &[Action]| -> Vec<String> {
            let entries = footer(&actions, idle, false, false, 1, 80);
            entries.into_iter().map(|entry| entry.key).collect()
        };
        let busy = shown(&[]);
        let idle = shown(&[Action::Answer]);
        assert_eq!(idle, busy[1..]);
        assert!(!idle.contains(&"space".to_owned()), "{idle:?}");
    }

    #[test]
    fn in_ascii_keys_are_spelt_out_and_stay_apart() {
        let keys = KEYS.iter().flat_map(|binding| binding.keys);
        let mut names = std::collections::BTreeMap::new();
        for key in keys {
            let name = key.name_in(true);
            assert!(name.is_ascii(), "{name}");
            let other = names.insert(name, key);
            assert!(other.is_none_or(|other| other == key), "{key:?} {other:?}");
        }
        let entries = footer(&[Action::Edit, Action::Down], &[], false, true, 1, 80);
        let shown: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        assert_eq!(shown, ["e", "Up/Down", "?"]);
        assert_eq!(entries[2].column, 1 + 6 + 3 + 12 + 3);
    }
}
