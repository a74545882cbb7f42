//! The three things to write, each a route of the API and a function behind it.

use super::language::Language;

/// A goal of the workshop, in the order in which they are taught.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// `GET /pets`
    GetAll,
    /// `GET /pets/{id}`
    GetOne,
    /// `POST /pets`
    Post,
}

macro_rules! asset {
    ($path:literal) => {
        include_str!(concat!("../../assets/workshop/", $path))
    };
}

impl Goal {
    pub const ALL: [Self; 3] = [Self::GetAll, Self::GetOne, Self::Post];

    /// Its place among all.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// API Gateway's name for the route.
    #[must_use]
    pub const fn route_key(self) -> &'static str {
        match self {
            Self::GetAll => "GET /pets",
            Self::GetOne => "GET /pets/{id}",
            Self::Post => "POST /pets",
        }
    }

    /// Of the function.
    #[must_use]
    pub const fn function_name(self) -> &'static str {
        match self {
            Self::GetAll => "get-pets",
            Self::GetOne => "get-pet",
            Self::Post => "post-pet",
        }
    }

    /// The file to complete. A hyphen can't be in the name of what Ruby requires by habit.
    #[must_use]
    pub const fn file(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::Node, Self::GetAll) => "get-pets.mjs",
            (Language::Node, Self::GetOne) => "get-pet.mjs",
            (Language::Node, Self::Post) => "post-pet.mjs",
            (Language::Ruby, Self::GetAll) => "get_pets.rb",
            (Language::Ruby, Self::GetOne) => "get_pet.rb",
            (Language::Ruby, Self::Post) => "post_pet.rb",
        }
    }

    /// What `_HANDLER` names: the file without its ending, and the function in it.
    #[must_use]
    pub const fn handler(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::Node, Self::GetAll) => "get-pets.handler",
            (Language::Node, Self::GetOne) => "get-pet.handler",
            (Language::Node, Self::Post) => "post-pet.handler",
            (Language::Ruby, Self::GetAll) => "get_pets.lambda_handler",
            (Language::Ruby, Self::GetOne) => "get_pet.lambda_handler",
            (Language::Ruby, Self::Post) => "post_pet.lambda_handler",
        }
    }

    /// The file as it is given, with what is to be done.
    #[must_use]
    pub const fn template(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::Node, Self::GetAll) => asset!("node/get-pets.mjs"),
            (Language::Node, Self::GetOne) => asset!("node/get-pet.mjs"),
            (Language::Node, Self::Post) => asset!("node/post-pet.mjs"),
            (Language::Ruby, Self::GetAll) => asset!("ruby/get_pets.rb"),
            (Language::Ruby, Self::GetOne) => asset!("ruby/get_pet.rb"),
            (Language::Ruby, Self::Post) => asset!("ruby/post_pet.rb"),
        }
    }

    /// The same, done. It is shown after the hints.
    #[must_use]
    pub const fn solution(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::Node, Self::GetAll) => asset!("node/solution/get-pets.mjs"),
            (Language::Node, Self::GetOne) => asset!("node/solution/get-pet.mjs"),
            (Language::Node, Self::Post) => asset!("node/solution/post-pet.mjs"),
            (Language::Ruby, Self::GetAll) => asset!("ruby/solution/get_pets.rb"),
            (Language::Ruby, Self::GetOne) => asset!("ruby/solution/get_pet.rb"),
            (Language::Ruby, Self::Post) => asset!("ruby/solution/post_pet.rb"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_template_and_solution_is_of_its_route() {
        for language in Language::ALL {
            for goal in Goal::ALL {
                assert_eq!(Goal::ALL[goal.index()], goal);
                let (template, solution) = (goal.template(language), goal.solution(language));
                assert!(template.contains(goal.route_key()), "{template}");
                assert!(solution.contains(goal.route_key()), "{solution}");
                assert!(template.contains("501"), "{template}");
                assert!(!solution.contains("501"), "{solution}");
                let (file, _) = goal.handler(language).split_once('.').unwrap();
                assert!(goal.file(language).starts_with(&format!("{file}.")));
            }
        }
    }
}
