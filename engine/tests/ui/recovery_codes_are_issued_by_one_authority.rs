//~ E0599 clone
use pinbolt::op::IssueRecoveryCodes;

pub fn twice(issue: IssueRecoveryCodes<'_>) -> [IssueRecoveryCodes<'_>; 2] {
    [issue.clone(), issue]
}

fn main() {}
