//! How much of the thread's stack is used, so that recursion ends with an error before the stack does.

/// Where the stack was when something began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stack {
    base: usize,
    bytes_max: usize,
}

impl Stack {
    /// Counts from here.
    #[inline(never)]
    pub(crate) fn here(bytes_max: usize) -> Self {
        let mark = 0_u8;
        Self { base: std::ptr::from_ref(&mark).addr(), bytes_max }
    }

    /// Whether more than the limit is used.
    #[inline(never)]
    pub(crate) fn is_spent(self) -> bool {
        let mark = 0_u8;
        self.base.abs_diff(std::ptr::from_ref(&mark).addr()) > self.bytes_max
    }

    pub(crate) fn bytes_max(self) -> usize {
        self.bytes_max
    }
}
