//! Screens as the guides show them: `docs/cli/screens/*.txt`, and the same within `docs/cli/*.md`.
//!
//! `UPDATE=1` writes them anew. What differs from run to run is brought to one form.

use std::{fs, path::PathBuf, sync::Mutex};

use crate::program::Server;

/// One test at a time writes the guide.
static GUIDE: Mutex<()> = Mutex::new(());

/// Pages with screens.
const GUIDES: [&str; 2] = ["README.md", "ingest.md"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli")
}

/// Compares a screen with the one of that name.
pub(crate) fn assert_screen(name: &str, server: &Server, screen: &str) {
    let screen = format!("{}\n", steady(screen, server));
    let path = folder().join("screens").join(format!("{name}.txt"));
    if std::env::var_os("UPDATE").is_some() {
        let _one = GUIDE.lock().unwrap();
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &screen).unwrap();
        for guide in GUIDES.map(|guide| folder().join(guide)) {
            let text = fs::read_to_string(&guide).unwrap_or_default();
            fs::write(&guide, with_screen(&text, name, &screen)).unwrap();
        }
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(screen, kept, "docs/cli/screens/{name}.txt is not what is shown: UPDATE=1 writes it anew");
    for name_of_guide in GUIDES {
        let guide = fs::read_to_string(folder().join(name_of_guide)).unwrap();
        let told = "shows the screen otherwise: UPDATE=1 writes it anew";
        assert_eq!(with_screen(&guide, name, &screen), guide, "docs/cli/{name_of_guide} {told}");
    }
}

/// Puts the screen between the marks of its name, if the guide has them.
fn with_screen(guide: &str, name: &str, screen: &str) -> String {
    let open = format!("<!-- screen {name} -->\n");
    let Some((before, rest)) = guide.split_once(&open) else { return guide.to_owned() };
    let (_, after) = rest.split_once("<!-- end -->").expect("each screen of the guide has an end");
    format!("{before}{open}```text\n{screen}```\n<!-- end -->{after}")
}

/// Ports, times and versions differ from run to run.
fn steady(screen: &str, server: &Server) -> String {
    let text = screen.replace(&server.http, "http://localhost:8080").replace(&server.https, "https://localhost:8443");
    let text = text.replace(&server.dir.path().display().to_string(), "DIR");
    let words = text.split_inclusive(char::is_whitespace).collect::<Vec<_>>();
    let mut out = String::with_capacity(text.len());
    for (index, word) in words.iter().enumerate() {
        let is_time = index > 0
            && words[index - 1].trim() == "in"
            && words.get(index + 1).is_some_and(|unit| matches!(unit.trim(), "ms" | "s"));
        let before_unit =
            is_time || (index > 1 && words[index - 2].trim() == "in" && matches!(word.trim(), "ms" | "s"));
        match (is_time, before_unit) {
            (true, _) => out.push_str("5 "),
            (false, true) => out.push_str(&word.replace(word.trim(), "ms")),
            _ => out.push_str(word),
        }
    }
    out
}
