//! Reads one data file by its schema into sorted rows of checked cells.

use std::cmp::Ordering;
use std::fmt;
use std::fmt::Write as _;

use super::Files;
use super::cell::{self, Blob};
use super::schema::{Column, Schema};

/// What is wrong in a data file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The file's name in `data/`.
    pub(crate) file: &'static str,
    /// The line on which the row begins, from 1; 0 if it concerns the whole file.
    pub(crate) line: u64,
    /// The column's name; empty if it concerns the whole row.
    pub(crate) column: String,
    /// What is wrong and what is expected.
    pub(crate) reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "data/{}:{}: ", self.file, self.line)?;
        if !self.column.is_empty() {
            write!(f, "column '{}': ", self.column)?;
        }
        f.write_str(&self.reason)
    }
}

/// A row: its line in the file and one text per column of the schema.
pub(crate) struct Row {
    pub(crate) line: u64,
    cells: Vec<String>,
}

/// A file's rows, sorted by the schema's key, every cell well-formed, no key twice.
pub(crate) struct Table {
    pub(crate) schema: &'static Schema,
    pub(crate) rows: Vec<Row>,
}

impl Table {
    /// The text of a cell. The column must be in the schema.
    pub(crate) fn cell<'r>(&self, row: &'r Row, column: &str) -> &'r str {
        let index = self.schema.columns.iter().position(|candidate| candidate.name == column);
        index.and_then(|index| row.cells.get(index)).map_or("", String::as_str)
    }

    /// A fault at a cell of this table.
    pub(crate) fn fault(&self, row: &Row, column: &str, reason: String) -> Fault {
        Fault { file: self.schema.file, line: row.line, column: column.to_owned(), reason }
    }

    /// Writes the table as a static array of rows that hold numbers only.
    pub(crate) fn emit(&self, blob: &mut Blob, out: &mut String) -> Result<(), Fault> {
        let Schema { table, row_type, columns, .. } = self.schema;
        let _ = writeln!(out, "pub(crate) static {table}: [{row_type}; {}] = [", self.rows.len());
        for row in &self.rows {
            let _ = write!(out, "{row_type} {{ ");
            for (column, cell) in columns.iter().zip(&row.cells) {
                let value = cell::emit(column.kind, cell, blob)
                    .map_err(|reason| self.fault(row, column.name, reason))?;
                let _ = write!(out, "{}: {value}, ", column.name);
            }
            out.push_str("},\n");
        }
        out.push_str("];\n");
        Ok(())
    }
}

/// Reads, checks and sorts the file that the schema describes.
pub(crate) fn read(schema: &'static Schema, files: &Files) -> Result<Table, Fault> {
    let whole_file = |line, reason| Fault { file: schema.file, line, column: String::new(), reason };
    let text = files.get(schema.file).ok_or_else(|| whole_file(0, "the file is missing".to_owned()))?;
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let names: Vec<&str> = schema.columns.iter().map(|column| column.name).collect();
    let header = reader.headers().map_err(|error| whole_file(1, error.to_string()))?;
    if header.iter().ne(names.iter().copied()) {
        return Err(whole_file(1, format!("the header must be '{}'", names.join(","))));
    }
    let mut table = Table { schema, rows: Vec::new() };
    for record in reader.records() {
        let record = record.map_err(|error| {
            whole_file(error.position().map_or(0, csv::Position::line), error.to_string())
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let row = Row { line, cells: record.iter().map(str::to_owned).collect() };
        check_row(&table, &row)?;
        table.rows.push(row);
    }
    sort(&mut table)?;
    Ok(table)
}

fn check_row(table: &Table, row: &Row) -> Result<(), Fault> {
    for (Column { name, kind }, cell) in table.schema.columns.iter().zip(&row.cells) {
        cell::check(*kind, cell).map_err(|reason| table.fault(row, name, reason))?;
    }
    Ok(())
}

/// Sorts by the key and refuses a key that occurs twice.
fn sort(table: &mut Table) -> Result<(), Fault> {
    let mut rows = std::mem::take(&mut table.rows);
    rows.sort_by(|a, b| compare(table, a, b));
    for pair in rows.windows(2) {
        if let [first, second] = pair
            && compare(table, first, second) == Ordering::Equal
        {
            let reason = format!("the same key stands on line {}", first.line);
            return Err(table.fault(second, &table.schema.key.join(","), reason));
        }
    }
    table.rows = rows;
    Ok(())
}

fn compare(table: &Table, left: &Row, right: &Row) -> Ordering {
    for column in table.schema.key {
        let (a, b) = (table.cell(left, column), table.cell(right, column));
        let kind = table.schema.columns.iter().find(|candidate| candidate.name == *column).map(|c| c.kind);
        let ordering = kind.map_or_else(|| a.cmp(b), |kind| cell::compare(kind, a, b));
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    Ordering::Equal
}
