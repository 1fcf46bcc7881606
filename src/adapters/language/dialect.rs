//! Owns how a request is written, in three dialects from the richest to the plainest: servers refuse what they do not know.
//! Called by `chat`. Pure.

use maitred_actors::ports::language::{Request, Shape};
use serde_json::{Value, json};

/// What a server is taken to understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// A schema for the answer, and the newer name of its limit.
    Schema,
    /// JSON without a schema, and the older name of its limit.
    Json,
    /// A model, messages and a stream: nothing else.
    Plain,
}

impl Dialect {
    /// Finds the dialect of a number; the richest for any other.
    pub fn numbered(number: u8) -> Self {
        match number {
            1 => Self::Json,
            2 => Self::Plain,
            _ => Self::Schema,
        }
    }

    /// Gives its number.
    pub fn number(self) -> u8 {
        match self {
            Self::Schema => 0,
            Self::Json => 1,
            Self::Plain => 2,
        }
    }

    /// Gives what to try where this one is refused.
    pub fn plainer(self) -> Option<Self> {
        match self {
            Self::Schema => Some(Self::Json),
            Self::Json => Some(Self::Plain),
            Self::Plain => None,
        }
    }

    /// Writes the body of a request.
    pub fn body(self, model: &str, request: &Request) -> Value {
        let mut body = json!({
            "model": model,
            "messages": [
                { "role": "system", "content": rules(self, request) },
                { "role": "user", "content": request.given },
            ],
            "stream": true,
        });
        let limit = match self {
            Self::Schema => "max_completion_tokens",
            Self::Json => "max_tokens",
            Self::Plain => return body,
        };
        body["temperature"] = json!(0);
        body[limit] = json!(request.tokens_max);
        if let Some(shape) = &request.shape {
            body["response_format"] = self.response_format(shape);
        }
        body
    }

    fn response_format(self, shape: &Shape) -> Value {
        match self {
            Self::Schema => json!({
                "type": "json_schema",
                "json_schema": { "name": shape.name, "schema": shape.schema, "strict": true },
            }),
            Self::Json | Self::Plain => json!({ "type": "json_object" }),
        }
    }
}

/// Tells the form in words where the server is not told it as a schema.
fn rules(dialect: Dialect, request: &Request) -> String {
    match &request.shape {
        Some(shape) if dialect != Dialect::Schema => format!(
            "{}\n\nAnswer with one JSON object and nothing else. Its schema: {}",
            request.rules, shape.schema
        ),
        _ => request.rules.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn each_dialect_says_less_and_none_says_nothing() {
        let request = Request {
            rules: "Be short.".to_owned(),
            given: "hello".to_owned(),
            shape: Some(Shape {
                name: "form",
                schema: json!({ "type": "object" }),
            }),
            tokens_max: 7,
            within: Duration::from_secs(1),
        };
        let body = |dialect: Dialect| dialect.body("m", &request);
        let schema = body(Dialect::Schema);
        assert_eq!(schema["response_format"]["json_schema"]["strict"], true);
        assert_eq!(schema["max_completion_tokens"], 7);
        let json = body(Dialect::Json);
        assert_eq!(json["response_format"], json!({ "type": "json_object" }));
        assert_eq!(json["max_tokens"], 7);
        assert!(json.get("max_completion_tokens").is_none());
        let plain = body(Dialect::Plain);
        let keys: Vec<_> = plain.as_object().into_iter().flatten().collect();
        assert_eq!(keys.len(), 3, "{plain}");
        let told = plain["messages"][0]["content"].as_str().unwrap_or_default();
        assert!(told.contains("JSON"), "{told}");
        assert_eq!(plain["stream"], true);
    }
}
