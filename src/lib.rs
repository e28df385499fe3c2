pub mod model; pub mod policy; pub mod sources; pub mod topology;
