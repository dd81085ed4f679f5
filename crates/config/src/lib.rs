//! `.liftlock.yaml`: types, schema and waivers.
