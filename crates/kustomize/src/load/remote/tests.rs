//! Addresses and queries, row by row: what the original's own tests pin, and what was looked up in its source.

use std::time::Duration;

use super::query::Query;
use super::*;

/// (address, host, repository, folder, reference)
const ADDRESSES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "https://git-codecommit.us-east-2.amazonaws.com/someorg/somerepo/somedir",
        "https://git-codecommit.us-east-2.amazonaws.com/",
        "someorg/somerepo",
        "somedir",
        "",
    ),
    (
        "https://git-codecommit.us-east-2.amazonaws.com/someorg/somerepo/somedir?ref=testbranch",
        "https://git-codecommit.us-east-2.amazonaws.com/",
        "someorg/somerepo",
        "somedir",
        "testbranch",
    ),
    (
        "https://fabrikops2.visualstudio.com/someorg/somerepo?ref=master",
        "https://fabrikops2.visualstudio.com/",
        "someorg/somerepo",
        "",
        "master",
    ),
    ("http://github.com/someorg/somerepo/somedir", "https://github.com/", "someorg/somerepo", "somedir", ""),
    ("git@github.com:someorg/somerepo/somedir", "git@github.com:", "someorg/somerepo", "somedir", ""),
    (
        "http://github.com/someorg/somerepo.git/somedir",
        "https://github.com/",
        "someorg/somerepo.git",
        "somedir",
        "",
    ),
    ("git@github.com:someorg/somerepo.git/somedir", "git@github.com:", "someorg/somerepo.git", "somedir", ""),
    (
        "git@gitlab2.sqtools.ru:infra/kubernetes/thanos-base.git?ref=v0.1.0",
        "git@gitlab2.sqtools.ru:",
        "infra/kubernetes/thanos-base.git",
        "",
        "v0.1.0",
    ),
    (
        "git@bitbucket.org:company/project.git//path?ref=branch",
        "git@bitbucket.org:",
        "company/project.git",
        "path",
        "branch",
    ),
    (
        "git@bitbucket.org/company/project.git//path?ref=branch",
        "git@bitbucket.org/",
        "company/project.git",
        "path",
        "branch",
    ),
    (
        "ssh://git@bitbucket.org/company/project.git//path?ref=branch",
        "ssh://git@bitbucket.org/",
        "company/project.git",
        "path",
        "branch",
    ),
    (
        "https://itfs.mycompany.com/collection/project/_git/somerepos",
        "https://itfs.mycompany.com/",
        "collection/project/_git/somerepos",
        "",
        "",
    ),
    (
        "https://itfs.mycompany.com/collection/project/_git/somerepos?version=v1.0.0",
        "https://itfs.mycompany.com/",
        "collection/project/_git/somerepos",
        "",
        "v1.0.0",
    ),
    (
        "https://itfs.mycompany.com/collection/project/_git/somerepos/somedir?version=v1.0.0",
        "https://itfs.mycompany.com/",
        "collection/project/_git/somerepos",
        "somedir",
        "v1.0.0",
    ),
    (
        "git::https://itfs.mycompany.com/collection/project/_git/somerepos",
        "https://itfs.mycompany.com/",
        "collection/project/_git/somerepos",
        "",
        "",
    ),
    (
        "https://bitbucket.example.com/scm/project/repository.git",
        "https://bitbucket.example.com/",
        "scm/project/repository.git",
        "",
        "",
    ),
    (
        "ssh://git-codecommit.us-east-2.amazonaws.com/someorg/somerepo/somepath",
        "ssh://git-codecommit.us-east-2.amazonaws.com/",
        "someorg/somerepo",
        "somepath",
        "",
    ),
    ("git@github.com/someorg/somerepo/somepath", "git@github.com:", "someorg/somerepo", "somepath", ""),
    (
        "https://github.com/kubernetes-sigs/kustomize//examples/multibases/dev/?ref=v1.0.6",
        "https://github.com/",
        "kubernetes-sigs/kustomize",
        "examples/multibases/dev/",
        "v1.0.6",
    ),
    (
        "file://a/b/c/someRepo.git/somepath?ref=someBranch",
        "file://",
        "a/b/c/someRepo.git",
        "somepath",
        "someBranch",
    ),
    ("file://a/b/c/someRepo//somepath?ref=someBranch", "file://", "a/b/c/someRepo", "somepath", "someBranch"),
    ("file://a/b/c/someRepo?ref=someBranch", "file://", "a/b/c/someRepo", "", "someBranch"),
    ("file:///a/b/c/someRepo?ref=someBranch", "file://", "/a/b/c/someRepo", "", "someBranch"),
    (
        "ssh://git@github.com/kubernetes-sigs/kustomize//examples/multibases/dev?ref=v1.0.6",
        "git@github.com:",
        "kubernetes-sigs/kustomize",
        "examples/multibases/dev",
        "v1.0.6",
    ),
    ("file:///a/b/c/someRepo", "file://", "/a/b/c/someRepo", "", ""),
    ("file:///", "file://", "/", "", ""),
    (
        "https://example.org/path/to/repo//examples/multibases/dev",
        "https://example.org/",
        "path/to/repo",
        "examples/multibases/dev",
        "",
    ),
    (
        "https://example.org/path/to/repo.git/examples/multibases/dev",
        "https://example.org/",
        "path/to/repo.git",
        "examples/multibases/dev",
        "",
    ),
    (
        "ssh://alice@example.com/path/to/repo//examples/multibases/dev",
        "ssh://alice@example.com/",
        "path/to/repo",
        "examples/multibases/dev",
        "",
    ),
    ("https://authority/org/repo?ref=group/version", "https://authority/", "org/repo", "", "group/version"),
    (
        "https://authority/org/repo/?ref=includes_git/for_some_reason",
        "https://authority/",
        "org/repo",
        "",
        "includes_git/for_some_reason",
    ),
    (
        "https://authority/org/repo/?ref=includes.git/for_some_reason",
        "https://authority/",
        "org/repo",
        "",
        "includes.git/for_some_reason",
    ),
    (
        "https://authority/org/repo/%-invalid-uri-so-not-parsable-by-net/url.Parse",
        "https://authority/",
        "org/repo",
        "%-invalid-uri-so-not-parsable-by-net/url.Parse",
        "",
    ),
    (
        "ssh://myusername@bitbucket.org/ourteamname/ourrepositoryname.git//path?ref=branch",
        "ssh://myusername@bitbucket.org/",
        "ourteamname/ourrepositoryname.git",
        "path",
        "branch",
    ),
    (
        "file://git@home/path/to/repository.git//path?ref=branch",
        "file://",
        "git@home/path/to/repository.git",
        "path",
        "branch",
    ),
    (
        "http://git@home.com/path/to/repository.git//path?ref=branch",
        "http://git@home.com/",
        "path/to/repository.git",
        "path",
        "branch",
    ),
    (
        "https://git@home.com/path/to/repository.git//path?ref=branch",
        "https://git@home.com/",
        "path/to/repository.git",
        "path",
        "branch",
    ),
    (
        "ssh://git@ssh.github.com:443/YOUR-USERNAME/YOUR-REPOSITORY.git",
        "ssh://git@ssh.github.com:443/",
        "YOUR-USERNAME/YOUR-REPOSITORY.git",
        "",
        "",
    ),
    (
        "git@gitlab.com/user:name/YOUR-REPOSITORY.git/path",
        "git@gitlab.com/",
        "user:name/YOUR-REPOSITORY.git",
        "path",
        "",
    ),
    (
        "git@gitlab.com:gitlab-tests/sample-project.git",
        "git@gitlab.com:",
        "gitlab-tests/sample-project.git",
        "",
        "",
    ),
    ("git@gitlab.com:gitlab-tests/sample-project", "git@gitlab.com:", "gitlab-tests/sample-project", "", ""),
    (
        "https://username@dev.azure.com/org/project/_git/repo//path/to/kustomization/root",
        "https://username@dev.azure.com/",
        "org/project/_git/repo",
        "path/to/kustomization/root",
        "",
    ),
    (
        "https://org.visualstudio.com/project/_git/repo/path/to/kustomization/root",
        "https://org.visualstudio.com/",
        "project/_git/repo",
        "path/to/kustomization/root",
        "",
    ),
    (
        "ssh://org-12345@github.com/kubernetes-sigs/kustomize",
        "org-12345@github.com:",
        "kubernetes-sigs/kustomize",
        "",
        "",
    ),
    (
        "org-12345@github.com/kubernetes-sigs/kustomize",
        "org-12345@github.com:",
        "kubernetes-sigs/kustomize",
        "",
        "",
    ),
    (
        "git@gist.github.com:bc7947cb727d7f9217e7862d961a1ffd.git",
        "git@gist.github.com:",
        "bc7947cb727d7f9217e7862d961a1ffd.git",
        "",
        "",
    ),
    (
        "https://gist.github.com/bc7947cb727d7f9217e7862d961a1ffd.git",
        "https://gist.github.com/",
        "bc7947cb727d7f9217e7862d961a1ffd.git",
        "",
        "",
    ),
    ("HTTPS://GitHub.com/org/repo", "https://github.com/", "org/repo", "", ""),
    ("git@github.com:org/repo//a//b?ref=x", "git@github.com:", "org/repo", "a//b", "x"),
    ("ssh://github.com/org/repo", "github.com:", "org/repo", "", ""),
    (
        "https://user:secret@host.example/org/repo/dir?ref=v1",
        "https://user:secret@host.example/",
        "org/repo",
        "dir",
        "v1",
    ),
    ("http://host.example:8080/org/repo.git", "http://host.example:8080/", "org/repo.git", "", ""),
    ("https://host.example/org/repo////../x", "https://host.example/", "org/repo", "/../x", ""),
    ("a@b:c/d", "a@b:", "c/d", "", ""),
    ("file://./r//x", "file://", "./r", "x", ""),
    ("https://github.com/org/repo?ref=a?b", "https://github.com/", "org/repo", "", "a?b"),
];

/// (text, why it is no address)
const NO_ADDRESSES: &[(&str, ParseAddress)] = &[
    ("/tmp", ParseAddress::BeginAtRoot),
    ("../../tmp", ParseAddress::FindScheme),
    ("src/github.com/org/repo/path", ParseAddress::FindScheme),
    ("iauhsdiuashduas", ParseAddress::FindScheme),
    ("htxxxtp://github.com/", ParseAddress::FindScheme),
    ("ssh://git.example.com", ParseAddress::FindRepository),
    ("git::___", ParseAddress::FindScheme),
    ("https://host?ref=group/version/minor_version", ParseAddress::FindRepository),
    ("https://github.com/org/repo.git//path/../../exits/repo", ParseAddress::LeaveRepository),
    ("github.com!org/repo.git//path", ParseAddress::FindScheme),
    ("gh:org/repo", ParseAddress::FindScheme),
    ("https://github.com/thisisa404.yaml", ParseAddress::FindRepository),
    ("file:////tmp//path/to/whatever", ParseAddress::FindRepository),
    ("git@scp://github.com/org/repo.git//path", ParseAddress::FindRepository),
    ("git@ssh://github.com/org/repo.git//path", ParseAddress::FindRepository),
    ("", ParseAddress::FindScheme),
    ("base", ParseAddress::FindScheme),
    ("../base?ref=x", ParseAddress::FindScheme),
    ("https://", ParseAddress::FindHost),
    ("https://github.com/org/repo/../../x", ParseAddress::LeaveRepository),
    ("a1@", ParseAddress::FindHost),
    ("1a@host:org/repo", ParseAddress::FindScheme),
    ("s3://bucket/org/repo", ParseAddress::FindScheme),
    ("s3::https://s3.amazonaws.com/bucket/org", ParseAddress::FindScheme),
    ("gcs::https://x/y/z", ParseAddress::FindScheme),
    ("ftp://host/org/repo", ParseAddress::FindScheme),
];

/// (query, reference, submodules, seconds)
const QUERIES: &[(&str, Option<&str>, bool, f64)] = &[
    ("", None, true, 27.0),
    ("ref=v1.0.0", Some("v1.0.0"), true, 27.0),
    ("ref=kustomize/v4.5.7", Some("kustomize/v4.5.7"), true, 27.0),
    ("version=master", Some("master"), true, 27.0),
    ("version=master&ref=v1.0.0", Some("v1.0.0"), true, 27.0),
    ("version=master&submodules=", Some("master"), true, 27.0),
    ("version=master&submodules=maybe", Some("master"), true, 27.0),
    ("version=master&submodules=true", Some("master"), true, 27.0),
    ("version=master&submodules=false", Some("master"), false, 27.0),
    ("version=master&timeout=", Some("master"), true, 27.0),
    ("version=master&timeout=jiffy", Some("master"), true, 27.0),
    ("version=master&timeout=0", Some("master"), true, 27.0),
    ("version=master&timeout=0s", Some("master"), true, 27.0),
    ("version=master&timeout=61", Some("master"), true, 61.0),
    ("version=master&timeout=1m1s", Some("master"), true, 61.0),
    ("version=master&submodules=false&timeout=1m1s", Some("master"), false, 61.0),
    ("ref=a%2Fb+c", Some("a/b c"), true, 27.0),
    ("ref=a%2", None, true, 27.0),
    ("ref=a&x=%zz", None, true, 27.0),
    ("ref=a;b", None, true, 27.0),
    ("ref=a&ref=b", Some("a"), true, 27.0),
    ("ref=&version=v", Some("v"), true, 27.0),
    ("&&ref=a&", Some("a"), true, 27.0),
    ("submodules=F&timeout=%2B1.5s", None, false, 1.5),
    ("timeout=-5", None, true, 27.0),
    ("timeout=-1m", None, true, 27.0),
    ("timeout=1h1m1s1ms", None, true, 3661.001),
    ("timeout=1", None, true, 1.0),
    ("timeout=.5m", None, true, 30.0),
    ("timeout=5x", None, true, 27.0),
    ("timeout=s", None, true, 27.0),
    ("timeout=999999999", None, true, 86400.0),
    ("Ref=a", None, true, 27.0),
];

#[test]
fn addresses_are_parted_as_the_original_parts_them() {
    for (text, host, repository, folder, reference) in ADDRESSES {
        let address = RepositoryAddress::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let found = (address.clone_url(), address.folder(), address.reference().unwrap_or_default());
        assert_eq!(found, (format!("{host}{repository}"), *folder, *reference), "{text}");
    }
}

#[test]
fn every_host_goes_with_every_repository_folder_and_reference() {
    let hosts = [
        ("gitHub.com/", "https://github.com/"),
        ("github.com:", "https://github.com/"),
        ("http://github.com/", "https://github.com/"),
        ("https://github.com/", "https://github.com/"),
        ("hTTps://github.com/", "https://github.com/"),
        (
            "https://git-codecommit.us-east-2.amazonaws.com/",
            "https://git-codecommit.us-east-2.amazonaws.com/",
        ),
        ("https://fabrikops2.visualstudio.com/", "https://fabrikops2.visualstudio.com/"),
        ("ssh://git.example.com:7999/", "ssh://git.example.com:7999/"),
        ("git::https://gitlab.com/", "https://gitlab.com/"),
        ("git::http://git.example.com/", "http://git.example.com/"),
        ("git::https://git.example.com/", "https://git.example.com/"),
        ("git@github.com:", "git@github.com:"),
        ("git@github.com/", "git@github.com:"),
        ("git::git@github.com:", "git@github.com:"),
        ("org-12345@github.com:", "org-12345@github.com:"),
        ("org-12345@github.com/", "org-12345@github.com:"),
    ];
    for (written, host) in hosts {
        for repository in ["someOrg/someRepo", "kubernetes/website"] {
            for folder in ["README.md", "foo/krusty.txt", ""] {
                for reference in ["group/version", "someBranch", "master", "v0.1.0", ""] {
                    let parted = if folder.is_empty() { "" } else { "/" };
                    let query = if reference.is_empty() { "" } else { "?ref=" };
                    let text = format!("{written}{repository}{parted}{folder}{query}{reference}");
                    let address = RepositoryAddress::parse(&text).unwrap();
                    assert_eq!(address.clone_url(), format!("{host}{repository}"), "{text}");
                    assert_eq!(address.folder(), folder, "{text}");
                    assert_eq!(address.reference().unwrap_or_default(), reference, "{text}");
                    assert_eq!(address.forces_git(), written.starts_with("git::"), "{text}");
                }
            }
        }
    }
}

#[test]
fn what_is_no_address_is_refused_for_the_original_s_reason() {
    for (text, reason) in NO_ADDRESSES {
        assert_eq!(RepositoryAddress::parse(text).map(|_| ()), Err(*reason), "{text}");
    }
}

#[test]
fn queries_are_read_as_go_reads_them() {
    for (query, reference, submodules, seconds) in QUERIES {
        let found = Query::parse(query);
        let wanted = Query {
            reference: reference.map(str::to_owned),
            submodules: *submodules,
            timeout: Duration::from_secs_f64(*seconds),
        };
        assert_eq!(found, wanted, "{query}");
    }
}

#[test]
fn files_are_what_begins_with_http_and_is_a_url() {
    for (text, is_file) in [
        ("https://host/a.yaml", true),
        ("HTTP://host/a.yaml?x=1#y", true),
        ("https://host:80/a", true),
        ("https://host:8x/a", false),
        ("https://host/%zz", false),
        ("https://host/a b", true),
        ("https://ho st/a", false),
        ("https://host/a\nb", false),
        ("git::https://host/a", false),
        ("file:///a", false),
        ("github.com/org/repo", false),
        ("a.yaml", false),
    ] {
        assert_eq!(is_remote_file(text), is_file, "{text}");
    }
}

#[test]
fn credentials_are_masked_and_names_of_ssh_are_not() {
    for (url, shown) in [
        ("https://user:secret@host/org/repo", "https://***@host/org/repo"),
        ("https://token@host/a@b", "https://***@host/a@b"),
        ("HTTPS://token@host", "HTTPS://***@host"),
        ("git::https://user:p@ss@host/x", "git::https://***@host/x"),
        ("ssh://git:secret@host/x", "ssh://git:***@host/x"),
        ("ssh://git@host/x", "ssh://git@host/x"),
        ("git@host:org/repo", "git@host:org/repo"),
        ("https://host/a@b", "https://host/a@b"),
        ("file:///a@b/c", "file:///a@b/c"),
        ("base", "base"),
    ] {
        assert_eq!(masked(url), shown, "{url}");
    }
}
