//! Expressions in messages: as they are written, short, in one line, without literal texts.

/// How much of an expression a message shows.
const MAX: usize = 72;

/// Puts `…` in the place of literal texts and comments: they may be secrets. What is inside of `${}` stays.
pub(super) fn quote(text: &str) -> String {
    let mut result = String::new();
    // for each open quote or interpolation: whether it is a quote
    let mut open: Vec<bool> = Vec::new();
    let mut hidden = false;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let in_text = open.last() == Some(&true);
        let rest = &text[at..];
        if in_text && letter == '\\' {
            letters.next();
            hidden = true;
        } else if letter == '"' {
            if in_text {
                open.pop();
                if hidden {
                    result.push('…');
                }
            } else {
                open.push(true);
            }
            hidden = false;
            result.push('"');
        } else if in_text && (rest.starts_with("$${") || rest.starts_with("%%{")) {
            letters.next();
            letters.next();
            hidden = true;
        } else if in_text && (rest.starts_with("${") || rest.starts_with("%{")) {
            if hidden {
                result.push('…');
                hidden = false;
            }
            letters.next();
            open.push(false);
            result.push_str(&rest[..2]);
        } else if in_text {
            hidden = true;
        } else {
            match letter {
                '{' if !open.is_empty() => open.push(false),
                '}' if !open.is_empty() => {
                    open.pop();
                }
                // the text of a heredoc follows
                '<' if rest.starts_with("<<") => {
                    result.push_str("<<…");
                    break;
                }
                '#' => {
                    while letters.next_if(|(_, letter)| *letter != '\n').is_some() {}
                    continue;
                }
                '/' if rest.starts_with("//") => {
                    while letters.next_if(|(_, letter)| *letter != '\n').is_some() {}
                    continue;
                }
                '/' if rest.starts_with("/*") => {
                    let end = rest.find("*/").map_or(text.len(), |end| at + end + 1);
                    while letters.next_if(|(at, _)| *at <= end).is_some() {}
                    continue;
                }
                _ => {}
            }
            if letter.is_whitespace() {
                if !result.ends_with(' ') {
                    result.push(' ');
                }
            } else {
                result.push(letter);
            }
        }
    }
    let result = result.trim();
    if result.chars().count() > MAX {
        format!("{}…", result.chars().take(MAX).collect::<String>().trim_end())
    } else {
        result.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn literal_texts_are_left_out() {
        for (text, expected) in [
            ("var.a ? local.b : null", "var.a ? local.b : null"),
            ("merge(a, {\n  PASSWORD = \"hunter2\" # not this\n})", "merge(a, { PASSWORD = \"…\" })"),
            ("\"a${var.x[\"k\"]}b\"", "\"…${var.x[\"…\"]}…\""),
            ("\"\"", "\"\""),
            ("\"a\\\"hunter2\" == x", "\"…\" == x"),
            ("x /* hunter2 */ + 1 // hunter2", "x + 1"),
            ("<<EOT\nhunter2\nEOT\n", "<<…"),
            ("split(\",\", trimspace(<<-EOT\nhunter2\nEOT\n))", "split(\"…\", trimspace(<<…"),
            ("\"%{ if x == \"hunter2\" }hunter2%{ endif }\"", "\"%{ if x == \"…\" }…%{ endif }\""),
            ("\"$${hunter2}\"", "\"…\""),
        ] {
            assert_eq!(quote(text), expected);
        }
        assert!(quote(&"a".repeat(200)).ends_with('…'));
    }
}
