//! The facts: API lifecycles, behaviour changes, CRD and add-on versions, the EKS calendar.
