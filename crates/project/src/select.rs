//! Which files are worth opening, by their names alone.

/// Whether the file at `path` may hold a manifest, so that it is to be opened. What nobody would write
/// manifests in is left alone: it is neither clean nor not assessed.
pub(crate) fn may_matter(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name.is_empty() || name == config::FILE_NAME {
        return false;
    }
    let Some((stem, extension)) = name.rsplit_once('.') else { return true };
    // `.gitignore` and its like: a name without an extension that begins with a dot.
    if stem.is_empty() {
        return false;
    }
    !OTHER_EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str())
}

/// Extensions of files that hold something else for sure: prose, programs, pictures, keys, archives.
/// Whatever is not named here is opened, so an extension that nobody thought of hides nothing. Sorted.
const OTHER_EXTENSIONS: &[&str] = &[
    "adoc", "asc", "avif", "bash", "bat", "bin", "bmp", "bz2", "c", "cc", "cert", "cfg", "class", "cmd",
    "cpp", "crt", "cs", "css", "csv", "dart", "deb", "dll", "dot", "drawio", "eot", "erl", "ex", "exe",
    "exs", "fish", "gif", "go", "gradle", "groovy", "h", "hpp", "html", "ico", "ini", "ipynb", "jar", "java",
    "jpeg", "jpg", "js", "jsx", "key", "kt", "less", "lock", "log", "lua", "m4", "md", "mdx", "mjs", "mod",
    "mp3", "mp4", "o", "org", "otf", "patch", "pdf", "pem", "php", "pl", "plist", "png", "pptx", "proto",
    "ps1", "pub", "py", "pyc", "pyi", "r", "rb", "rego", "rpm", "rs", "rst", "sass", "scala", "scss",
    "service", "sh", "so", "sql", "sum", "svelte", "svg", "swift", "toml", "ts", "tsx", "ttf", "tfstate",
    "vim", "vue", "wasm", "webm", "webp", "woff", "woff2", "xls", "xlsx", "xml", "xz", "zig", "zip", "zsh",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_manifests_templates_and_what_nobody_thought_of() {
        for path in [
            "a.yaml",
            "b/c.yml",
            "d.json",
            "e.yaml.tmpl",
            "f.yml.j2",
            "manifest",
            "x.k8s",
            "y.txt",
            "z.tf",
            "w.jsonnet",
        ] {
            assert!(may_matter(path), "{path}");
        }
        for path in ["README.md", "main.go", "x.PNG", ".gitignore", ".liftlock.yaml", "a/b.rs"] {
            assert!(!may_matter(path), "{path}");
        }
    }
}
