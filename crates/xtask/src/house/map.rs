//! The crate map: the table `| crate | what it is for | uses | never |` of docs/architecture.md, from the ground up.
//!
//! Takes the page's text, gives one row per crate in the order of the table. Whether a row is right is not judged here.

use super::{MAP_PATH, Problem};

/// The header that the table must carry, cell by cell.
const HEADER: [&str; 4] = ["crate", "what it is for", "uses", "never"];

/// The text of a `uses` cell that allows every crate above.
const ALL_ABOVE: &str = "all above";

/// One crate's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// The crate's name.
    pub(crate) name: String,
    /// Which crates its code may name.
    pub(crate) uses: Uses,
}

/// What a `uses` cell allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Uses {
    /// Every crate whose row stands above.
    AllAbove,
    /// These crates only.
    Only(Vec<String>),
}

/// Finds and reads the table in the page.
pub(crate) fn parse(page: &str) -> Result<Vec<Row>, Problem> {
    let mut lines = page.lines().skip_while(|line| cells(line) != HEADER);
    if lines.next().is_none() {
        let header = HEADER.join(" | ");
        return Err(Problem::new(MAP_PATH, format!("has no table with the header '| {header} |'")));
    }
    lines
        .skip_while(|line| is_rule(line))
        .take_while(|line| line.trim_start().starts_with('|'))
        .map(parse_row)
        .collect()
}

fn parse_row(line: &str) -> Result<Row, Problem> {
    let cells = cells(line);
    let [name, _purpose, uses, _never] = cells.as_slice() else {
        return Err(Problem::new(MAP_PATH, format!("'{line}' has {} cells, not 4", cells.len())));
    };
    Ok(Row { name: name.trim_matches('`').to_owned(), uses: parse_uses(uses) })
}

fn parse_uses(cell: &str) -> Uses {
    if cell == ALL_ABOVE {
        return Uses::AllAbove;
    }
    let names = cell.split(',').map(|name| name.trim().trim_matches('`'));
    Uses::Only(names.filter(|name| !matches!(*name, "" | "-" | "–")).map(str::to_owned).collect())
}

fn cells(line: &str) -> Vec<&str> {
    let Some(inner) = line.trim().strip_prefix('|').and_then(|rest| rest.strip_suffix('|')) else {
        return Vec::new();
    };
    inner.split('|').map(str::trim).collect()
}

fn is_rule(line: &str) -> bool {
    !cells(line).is_empty() && line.chars().all(|character| matches!(character, '|' | '-' | ':' | ' '))
}

#[cfg(test)]
mod tests {
    use super::{Row, Uses, parse};

    const PAGE: &str = "\
# Architecture

| other | table |
|---|---|
| a | b |

| crate | what it is for | uses | never |
|---|---|---|---|
| `version` | versions | – | – |
| `text` | texts | - | parses anything |
| `resource` | names | `version`, text | reads a file |
| `liftlock` | the binary | all above | holds logic |

After the table.
| not | a | row | of it |
";

    #[test]
    fn reads_rows_in_order_and_stops_where_the_table_ends() {
        let only = |names: &[&str]| Uses::Only(names.iter().map(|name| (*name).to_owned()).collect());
        let row = |name: &str, uses| Row { name: name.to_owned(), uses };
        assert_eq!(
            parse(PAGE).unwrap(),
            [
                row("version", only(&[])),
                row("text", only(&[])),
                row("resource", only(&["version", "text"])),
                row("liftlock", Uses::AllAbove),
            ]
        );
    }

    #[test]
    fn a_page_without_the_table_is_a_problem_that_names_the_header() {
        let problem = parse("# Architecture\n\n| crate | uses |\n|---|---|\n").unwrap_err();
        assert!(problem.message.contains("| crate | what it is for | uses | never |"), "{problem}");
    }

    #[test]
    fn a_row_with_a_missing_cell_is_a_problem() {
        let page = PAGE.replace("| versions | – | – |", "| versions | – |");
        let problem = parse(&page).unwrap_err();
        assert!(problem.message.contains("has 3 cells, not 4"), "{problem}");
    }
}
