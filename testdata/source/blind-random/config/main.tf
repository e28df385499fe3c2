provider "aws" {
  region = "eu-west-1"
}
resource "random_id" "x" {
  byte_length = 8
}
resource "aws_vpc" "m" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.m.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_security_group" "s" {
  vpc_id = aws_vpc.m.id
}
resource "aws_ecs_service" "app" {
  name            = "app"
  cluster         = "c-${random_id.x.hex}"
  task_definition = "app:1"
  launch_type     = "FARGATE"
  network_configuration {
    subnets         = [aws_subnet.a.id, "subnet-${random_id.x.hex}"]
    security_groups = ["sg-${random_id.x.hex}"]
  }
}
